#include "hal9/app/files.hpp"

#include "hal9/base/text.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

namespace hal9::app {

Result<std::string> read_whole(const std::string& path, std::size_t bytes_max) {
    const auto close = [](std::FILE* file) {
        if (file != stdin) {
            std::fclose(file);
        }
    };
    const std::unique_ptr<std::FILE, decltype(close)> file(
        path == "-" ? stdin : std::fopen(path.c_str(), "rbe"),
        close
    );
    if (!file) {
        return fail(
            ErrorCode::invalid_argument,
            str("cannot read ",
                path,
                " (",
                std::strerror(errno),
                "); name a readable file, or - for standard input")
        );
    }
    std::string text;
    std::array<char, 65'536> block{};
    while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0) {
        const std::size_t got = std::fread(block.data(), 1, block.size(), file.get());
        text.append(block.data(), got);
        if (text.size() > bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str(path,
                    " has more than ",
                    format_size(bytes_max),
                    "; that is the most that is read")
            );
        }
    }
    if (std::ferror(file.get()) != 0) {
        return fail(
            ErrorCode::invalid_argument,
            str("cannot read ", path, " (", std::strerror(errno), ")")
        );
    }
    return text;
}

Result<void> write_whole(const std::string& path, const std::string& text) {
    std::FILE* const file = std::fopen(path.c_str(), "r+be");
    bool written = file != nullptr && ::ftruncate(::fileno(file), 0) == 0 &&
                   std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file != nullptr) {
        written = std::fclose(file) == 0 && written;
    }
    return written ? Result<void>()
                   : fail(
                         ErrorCode::invalid_argument,
                         str("cannot write ", path, " (", std::strerror(errno), ")")
                     );
}

Result<std::string> real_directory(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(
        ::realpath(path.c_str(), nullptr),
        &std::free
    );
    struct stat status{};
    if (!real || ::stat(real.get(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"",
                path,
                "\" is no directory (",
                std::strerror(real ? ENOTDIR : errno),
                "); name one that exists")
        );
    }
    return std::string(real.get());
}

}  // namespace hal9::app
