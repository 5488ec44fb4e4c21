#include "hal9/app/detail/case_files.hpp"

#include "hal9/adapters/system/gunzip.hpp"
#include "hal9/app/files.hpp"
#include "hal9/base/text.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace hal9::app::detail {
namespace {

namespace fs = std::filesystem;

class Loader {
public:
    Loader(memory::MemoryFiles& files, const Limits& limits) : files_(files), limits_(limits) {}

    Result<void> load(const CaseContent& content) {
        if (const auto* const text = std::get_if<std::string>(&content.content)) {
            files_.put(content.path, *text);
        } else if (const auto* const error = std::get_if<Error>(&content.content)) {
            files_.put(content.path, "");
            files_.set_fault(content.path, *error);
        } else {
            return load_from(std::get<CaseContent::From>(content.content).path, content.path);
        }
        return {};
    }

private:
    Result<void> load_from(const std::string& from, const std::string& to) {
        std::error_code wrong;
        if (!fs::is_directory(from, wrong)) {
            return load_file(from, to);
        }
        const auto none = fs::recursive_directory_iterator();
        for (auto at = fs::recursive_directory_iterator(from, wrong); !wrong && at != none;
             at.increment(wrong)) {
            if (at->is_regular_file(wrong) && !at->is_symlink(wrong)) {
                const std::string below = fs::path(*at).lexically_relative(from).string();
                HAL9_TRY_VOID(load_file(at->path().string(), str(to, '/', below)));
            }
        }
        if (wrong) {
            return fail(
                ErrorCode::invalid_argument,
                str("cannot read ", from, " (", wrong.message(), ")")
            );
        }
        return {};
    }

    Result<void> load_file(const std::string& from, const std::string& to) {
        HAL9_TRY(std::string content, read_whole(from, limits_.file_bytes_max));
        bytes_ += content.size();
        if (bytes_ > limits_.case_files_bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str("the files of a case have more than ",
                    format_size(limits_.case_files_bytes_max),
                    " (case_files_bytes_max); name fewer")
            );
        }
        if (!adapters::is_gzip(content)) {
            files_.put(to, std::move(content));
            return {};
        }
        auto unpacked = adapters::gunzip(content, limits_.file_bytes_max);
        if (unpacked) {
            files_.put(to, *std::move(unpacked));
        } else {
            files_.put(to, std::move(content));
            files_.set_fault(to, unpacked.error());
        }
        return {};
    }

    memory::MemoryFiles& files_;
    const Limits& limits_;
    std::size_t bytes_ = 0;
};

}  // namespace

std::vector<CaseProblem>
load_case_files(const TestCase& test, memory::MemoryFiles& files, const Limits& limits) {
    std::vector<CaseProblem> problems;
    Loader loader(files, limits);
    for (const auto& [pointer, content] : test.files) {
        if (const auto loaded = loader.load(content); !loaded) {
            problems.push_back({pointer, loaded.error().message});
        }
    }
    return problems;
}

}  // namespace hal9::app::detail
