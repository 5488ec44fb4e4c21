#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/granted.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/ports/files.hpp"
#include "hal9/ports/kind.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace hal9::neurons {
namespace {

const KindDescription about{
    .name = "files.read",
    .summary = "Reads a file as text, unpacking it if its content is gzip",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["path"],
  "properties": {
    "path": {"type": "string", "description": "absolute, within what files.read grants"},
    "decompress": {"enum": ["auto", "none"], "default": "auto", "x-template": false, "description": "auto: by content, whatever the name says"},
    "encoding": {"enum": ["utf-8", "latin-1", "bytes"], "default": "utf-8", "x-template": false, "description": "utf-8: ill-formed bytes become U+FFFD and are counted; latin-1: ISO 8859-1; bytes: byte 0xNN becomes the character U+00NN"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text", "path", "bytes", "replaced"],
  "properties": {
    "text": {"type": "string"},
    "path": {"type": "string"},
    "bytes": {"type": "integer", "minimum": 0, "description": "of the content, unpacked, before it was decoded"},
    "replaced": {"type": "integer", "minimum": 0, "description": "ill-formed sequences that became U+FFFD"}
  }
})json",
    .emits = Emits::one,
    .form = HandlerForm::asynchronous,
    .capability = "files.read",
    .revision = 1,
};

/// Every byte as the character of its number. ISO 8859-1 gives all 256 bytes the first 256
/// characters of Unicode, so this is what both `latin-1` and `bytes` mean.
std::string widen(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80U) {
            text += c;
        } else {
            text += static_cast<char>(0xC0U | (byte >> 6U));
            text += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return text;
}

class FilesRead final : public AsyncHandler {
public:
    FilesRead(json::object constant, Files& files, const Limits& limits)
        : constant_(std::move(constant)), files_(files), limits_(limits) {}

    Task<Result<StepEnd>> step(Call call, AsyncSink& sink) const override {
        HAL9_CO_TRY(ReadRequest request, make_request(call));
        const std::string path = request.path;
        HAL9_CO_TRY(std::string content, co_await files_.read(std::move(request)));
        HAL9_CO_TRY(json::object emitted, decode(call, std::move(content), path));
        HAL9_CO_TRY_VOID(co_await sink.emit(std::move(emitted)));
        co_return StepDone{};
    }

private:
    [[nodiscard]] Result<ReadRequest> make_request(const Call& call) const {
        ReadRequest request;
        HAL9_TRY(request.granted, granted_directories(call, about.name));
        HAL9_TRY(request.path, absolute_path(call, constant_, "path"));
        HAL9_TRY(
            const std::string_view decompress,
            string_setting_or(call, constant_, "decompress", "auto")
        );
        request.decompress = decompress == "auto";
        request.bytes_max = limits_.file_bytes_max;
        return request;
    }

    /// Takes the content so that it is freed before anything waits.
    [[nodiscard]] Result<json::object>
    decode(const Call& call, std::string content, const std::string& path) const {
        HAL9_TRY(
            const std::string_view encoding,
            string_setting_or(call, constant_, "encoding", "utf-8")
        );
        const std::size_t bytes = content.size();
        std::uint64_t replaced = 0;
        if (encoding != "utf-8") {
            content = widen(content);
        } else if (!is_utf8(content)) {
            RepairedText repaired = repair_utf8(content);
            content = std::move(repaired.text);
            replaced = repaired.replaced;
        }
        if (content.size() > limits_.payload_bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str(path,
                    ": ",
                    bytes,
                    " bytes become ",
                    content.size(),
                    " as ",
                    encoding,
                    "; at most ",
                    limits_.payload_bytes_max,
                    " (payload_bytes_max)")
            );
        }
        json::object emitted;
        emitted.reserve(4);
        emitted.emplace("bytes", bytes);
        emitted.emplace("path", path);
        emitted.emplace("replaced", replaced);
        emitted.emplace("text", content);
        return emitted;
    }

    json::object constant_;
    Files& files_;
    Limits limits_;
};

class FilesReadKind final : public Kind {
public:
    FilesReadKind(Files& files, const Limits& limits) : files_(files), limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        HAL9_TRY_VOID(check_absolute(constant, "path"));
        return Handler(std::make_unique<FilesRead>(constant, files_, limits_));
    }

private:
    Files& files_;
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_files_read(const KindParts& parts) {
    return std::make_unique<FilesReadKind>(parts.files, parts.limits);
}

}  // namespace hal9::neurons
