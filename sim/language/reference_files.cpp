#include "sim/language/reference_files.hpp"

#include <algorithm>
#include <regex>
#include <string>

namespace hal9::sim::language {
namespace {

bool is_below(std::string_view directory, std::string_view path) {
    return path.starts_with(std::string(directory) + "/");
}

/// A glob as a regular expression; the generator writes none with other marks.
std::regex regex_of(std::string_view glob) {
    std::string out;
    while (!glob.empty()) {
        if (glob.starts_with("**/")) {
            out += "(.*/)?";
            glob.remove_prefix(3);
        } else if (glob.starts_with("**")) {
            out += ".*";
            glob.remove_prefix(2);
        } else {
            out += glob.front() == '*'   ? "[^/]*"
                   : glob.front() == '?' ? "[^/]"
                   : glob.front() == '.' ? "[.]"
                                         : std::string(1, glob.front());
            glob.remove_prefix(1);
        }
    }
    return std::regex(out);
}

/// An absolute path within the grant.
Result<std::string> path_of(const ReferenceCall& call, std::string_view name) {
    const json::value& given = call.settings.at(name);
    if (!given.is_string() || !given.get_string().starts_with('/')) {
        return fail(ErrorCode::invalid_argument, "no absolute path");
    }
    std::string path(given.get_string());
    if (path != granted_directory && !is_below(granted_directory, path)) {
        return fail(ErrorCode::permission_denied, "outside the grant");
    }
    return path;
}

/// The character U+00NN of each byte, as UTF-8.
std::string widened(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        const auto number = static_cast<unsigned char>(byte);
        if (number < 0x80U) {
            out += byte;
        } else {
            out += static_cast<char>(0xC0U | (number >> 6U));
            out += static_cast<char>(0x80U | (number & 0x3FU));
        }
    }
    return out;
}

}  // namespace

const std::array<ReferenceFile, 6>& reference_files() {
    static const std::array<ReferenceFile, 6> files{{
        {"/data/a/one.txt",
         "alpha;beta:12\nID-4",
         {1'700'000'000'000'000},
         "2023-11-14T22:13:20.000Z"},
        {"/data/a/two.md", "", {0}, "1970-01-01T00:00:00.000Z"},
        {"/data/b/deep/four.txt", "31;2.5; caf\xC3\xA9", {0}, "1970-01-01T00:00:00.000Z"},
        {"/data/b/three.txt", "x \xFF\xFF y, ID-17", {0}, "1970-01-01T00:00:00.000Z"},
        {"/data/top.txt", "gamma delta:7", {0}, "1970-01-01T00:00:00.000Z"},
        {"/secret/key.txt", "alpha", {0}, "1970-01-01T00:00:00.000Z"},
    }};
    return files;
}

Emissions files_list(const ReferenceCall& call) {
    HAL9_TRY(const std::string directory, path_of(call, "directory"));
    const json::value* const match = call.settings.if_contains("match");
    const std::regex glob =
        regex_of(match == nullptr ? "**" : std::string_view(match->as_string()));
    std::vector<Emitted> out;
    bool exists = false;
    for (const ReferenceFile& file : reference_files()) {
        if (!is_below(directory, file.path)) {
            continue;
        }
        exists = true;
        if (std::regex_match(std::string(file.path.substr(directory.size() + 1)), glob)) {
            out.push_back(
                {json::object{
                     {"path", file.path},
                     {"size", static_cast<std::int64_t>(file.content.size())},
                     {"modified", file.modified_text},
                 },
                 {}}
            );
        }
    }
    return exists ? Emissions(out) : fail(ErrorCode::not_found, "no such directory");
}

Emissions files_read(const ReferenceCall& call) {
    HAL9_TRY(const std::string path, path_of(call, "path"));
    const auto* const file = std::ranges::find(reference_files(), path, &ReferenceFile::path);
    if (file == reference_files().end()) {
        return fail(ErrorCode::not_found, "no such file");
    }
    const json::value* const encoding = call.settings.if_contains("encoding");
    const bool utf8 = encoding == nullptr || *encoding == "utf-8";
    std::string text(file->content);
    std::int64_t replaced = 0;
    for (std::size_t at = text.find('\xFF'); utf8 && at != std::string::npos;
         at = text.find('\xFF')) {
        text.replace(at, 1, "\xEF\xBF\xBD");
        ++replaced;
    }
    return std::vector<Emitted>{
        {json::object{
             {"text", utf8 ? text : widened(text)},
             {"path", path},
             {"bytes", static_cast<std::int64_t>(file->content.size())},
             {"replaced", replaced},
         },
         {}}
    };
}

}  // namespace hal9::sim::language
