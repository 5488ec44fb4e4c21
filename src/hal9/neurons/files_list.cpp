#include "hal9/base/glob.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/granted.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/files.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "files.list",
    .summary = "Lists the files below a directory, one signal each",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["directory"],
  "properties": {
    "directory": {"type": "string", "description": "absolute, within what files.read grants"},
    "match": {"type": "string", "default": "**", "description": "a glob relative to the directory: * ? [a-z] within a component, ** any number of directories"},
    "links": {"enum": ["skip", "follow"], "default": "skip", "x-template": false, "description": "symbolic links to files and directories; follow: where they lead to a place below the same granted directory"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["path", "size", "modified"],
  "properties": {
    "path": {"type": "string"},
    "size": {"type": "integer", "minimum": 0, "description": "bytes"},
    "modified": {"type": "string", "format": "date-time"}
  }
})json",
    .emits = Emits::many,
    .form = HandlerForm::asynchronous,
    .capability = "files.read",
    .revision = 1,
};

json::object describe(const FileEntry& file) {
    json::object emitted;
    emitted.reserve(3);
    emitted.emplace("modified", format_time(file.modified));
    // A name that is not UTF-8 fits no JSON: as repaired here it names no file, and whoever reads
    // it is told so.
    emitted.emplace("path", is_utf8(file.path) ? file.path : repair_utf8(file.path).text);
    emitted.emplace("size", file.size);
    return emitted;
}

class FilesList final : public AsyncHandler {
public:
    FilesList(json::object constant, Files& files, const Limits& limits)
        : constant_(std::move(constant)), files_(files), entries_max_(limits.files_listed_max) {}

    Task<Result<StepEnd>> step(Call call, AsyncSink& sink) const override {
        HAL9_CO_TRY(ListRequest request, make_request(call));
        HAL9_CO_TRY(const std::vector<FileEntry> found, co_await files_.list(std::move(request)));
        for (const FileEntry& file : found) {
            HAL9_CO_TRY_VOID(co_await sink.emit(describe(file)));
        }
        co_return StepDone{};
    }

private:
    [[nodiscard]] Result<ListRequest> make_request(const Call& call) const {
        ListRequest request;
        HAL9_TRY(request.granted, granted_directories(call, about.name));
        HAL9_TRY(request.directory, absolute_path(call, constant_, "directory"));
        HAL9_TRY(request.match, string_setting_or(call, constant_, "match", "**"));
        HAL9_TRY(const std::string_view links, string_setting_or(call, constant_, "links", "skip"));
        request.links = links == "follow" ? LinkRule::follow : LinkRule::skip;
        request.entries_max = entries_max_;
        return request;
    }

    json::object constant_;
    Files& files_;
    std::size_t entries_max_;
};

class FilesListKind final : public Kind {
public:
    FilesListKind(Files& files, const Limits& limits) : files_(files), limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        if (const json::value* match = constant.if_contains("match");
            match != nullptr && match->is_string()) {
            HAL9_TRY_VOID(Glob::compile(match->get_string()));
        }
        HAL9_TRY_VOID(check_absolute(constant, "directory"));
        return Handler(std::make_unique<FilesList>(constant, files_, limits_));
    }

private:
    Files& files_;
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_files_list(const KindParts& parts) {
    return std::make_unique<FilesListKind>(parts.files, parts.limits);
}

}  // namespace hal9::neurons
