#include "hal9/adapters/system/detail/walk.hpp"

#include "hal9/adapters/system/detail/beneath.hpp"
#include "hal9/base/glob.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace hal9::adapters::detail {
namespace {

constexpr int open_directory = O_RDONLY | O_DIRECTORY;

WallTime time_of(const timespec& time) {
    return {std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000};
}

bool has_vanished(int error) {
    return error == ENOENT || error == ENOTDIR;
}

class CloseStream {
public:
    void operator()(DIR* stream) const { ::closedir(stream); }
};

using Stream = std::unique_ptr<DIR, CloseStream>;

/// A directory on the way from the listed one to where the walk is.
struct Level {
    dev_t device = 0;
    ino_t inode = 0;
};

class Walk {
public:
    Walk(const ListRequest& request, const Glob& glob, const Opened& top)
        : request_(request),
          glob_(glob),
          granted_(top.granted.number()),
          base_(top.relative == "." ? "" : top.relative + "/"),
          directory_(request.directory) {
        if (!directory_.ends_with('/')) {
            directory_ += '/';
        }
    }

    Result<std::vector<FileEntry>> run(Descriptor top) && {
        HAL9_TRY_VOID(enter(std::move(top), "", glob_.start()));
        std::ranges::sort(entries_, {}, &FileEntry::path);
        return std::move(entries_);
    }

private:
    /// A name in an open directory, and where it stands in the pattern.
    struct Place {
        int parent;
        std::string path;  ///< below the listed directory
        std::size_t name_at;
        Glob::State state;

        [[nodiscard]] const char* name() const { return path.c_str() + name_at; }
    };

    /// Reads all of a directory. `below` is its path below the listed one, with a slash.
    Result<void> enter(
        Descriptor opened,
        const std::string& below,
        Glob::State state
    ) {  // NOLINT(misc-no-recursion)
        struct stat status{};
        if (::fstat(opened.number(), &status) != 0) {
            return fail(system_error(errno, "look at", directory_ + below));
        }
        const Level level{.device = status.st_dev, .inode = status.st_ino};
        if (is_above(level)) {
            return {};  // a link to a directory that it lies in: all below was seen already
        }
        if (levels_.size() >= walk_depth_max || ++entered_ > request_.entries_max) {
            return refuse_size(below);
        }
        const Stream stream(::fdopendir(opened.number()));
        if (!stream) {
            return fail(system_error(errno, "read the directory", directory_ + below));
        }
        (void)opened.release();  // the stream closes it
        levels_.push_back(level);
        HAL9_TRY_VOID(read(stream.get(), below, state));
        levels_.pop_back();
        return {};
    }

    Result<void>
    read(DIR* stream, const std::string& below, Glob::State state) {  // NOLINT(misc-no-recursion)
        while (true) {
            errno = 0;
            const dirent* const entry = ::readdir(stream);
            if (entry == nullptr) {
                return errno == 0
                           ? Result<void>()
                           : fail(system_error(errno, "read the directory", directory_ + below));
            }
            const std::string_view name = entry->d_name;
            const Glob::State next = glob_.advance(state, name);
            if (next != 0 && name != "." && name != "..") {
                HAL9_TRY_VOID(visit(
                    {.parent = ::dirfd(stream),
                     .path = str(below, name),
                     .name_at = below.size(),
                     .state = next}
                ));
            }
        }
    }

    Result<void> visit(const Place& place) {  // NOLINT(misc-no-recursion)
        struct stat status{};
        if (::fstatat(place.parent, place.name(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return has_vanished(errno)
                       ? Result<void>()
                       : fail(system_error(errno, "look at", directory_ + place.path));
        }
        if (!S_ISLNK(status.st_mode)) {
            return take(place, status, std::nullopt);
        }
        if (request_.links == LinkRule::skip) {
            return {};
        }
        // Resolved from the granted directory, since it may point anywhere below that. A link that
        // leads nowhere, or out of it, is no file of this directory.
        const std::string way = base_ + place.path;
        const Descriptor target = open_beneath(granted_, way, O_PATH, LinkRule::follow);
        if (!target.is_open() || ::fstat(target.number(), &status) != 0) {
            return {};
        }
        return take(place, status, way);
    }

    /// Lists a file, enters a directory. `way` leads there from the granted directory, if by a
    /// link.
    Result<void> take(
        const Place& place,
        const struct stat& status,
        const std::optional<std::string>& way
    ) {  // NOLINT(misc-no-recursion)
        if (S_ISREG(status.st_mode) && glob_.accepts(place.state)) {
            return add(place.path, status);
        }
        if (!S_ISDIR(status.st_mode) || !glob_.may_match_below(place.state)) {
            return {};
        }
        Descriptor opened =
            way ? open_beneath(granted_, *way, open_directory, LinkRule::follow)
                : open_beneath(place.parent, place.name(), open_directory, LinkRule::skip);
        if (opened.is_open()) {
            return enter(std::move(opened), place.path + "/", place.state);
        }
        // ELOOP: it was a directory a moment ago, and is a link now.
        return has_vanished(errno) || errno == ELOOP
                   ? Result<void>()
                   : fail(system_error(errno, "open the directory", directory_ + place.path));
    }

    Result<void> add(const std::string& path, const struct stat& status) {
        if (entries_.size() >= request_.entries_max) {
            return refuse_size(path);
        }
        entries_.push_back(
            {.path = directory_ + path,
             .size = static_cast<std::uint64_t>(status.st_size),
             .modified = time_of(status.st_mtim)}
        );
        return {};
    }

    [[nodiscard]] bool is_above(const Level& level) const {
        return std::ranges::any_of(levels_, [&level](const Level& above) {
            return above.device == level.device && above.inode == level.inode;
        });
    }

    [[nodiscard]] std::unexpected<Error> refuse_size(const std::string& path) const {
        return fail(
            ErrorCode::limit_exceeded,
            levels_.size() >= walk_depth_max
                ? str(directory_,
                      path,
                      " lies more than ",
                      walk_depth_max,
                      " directories deep; list a directory further down, or match fewer")
                : str("more than ",
                      with_thousands(request_.entries_max),
                      " files or directories below ",
                      request_.directory,
                      " match (files_listed_max); list a smaller directory, or match fewer")
        );
    }

    const ListRequest& request_;
    const Glob& glob_;
    int granted_;
    std::string base_;       ///< from the granted to the listed directory, with a slash
    std::string directory_;  ///< the listed one, with a slash
    std::vector<Level> levels_;
    std::size_t entered_ = 0;
    std::vector<FileEntry> entries_;
};

}  // namespace

Result<std::vector<FileEntry>> walk(const ListRequest& request) {
    HAL9_TRY(const Glob glob, Glob::compile(request.match));
    HAL9_TRY(Opened top, open_granted(request.granted, request.directory, open_directory));
    return Walk(request, glob, top).run(std::move(top.file));
}

}  // namespace hal9::adapters::detail
