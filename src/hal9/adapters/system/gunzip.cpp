#include "hal9/adapters/system/gunzip.hpp"

#include "hal9/base/text.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

namespace hal9::adapters {
namespace {

constexpr std::string_view magic = "\x1F\x8B\x08";
constexpr std::size_t smallest_member = 18;  // header of 10 bytes, one empty block, trailer of 8

using Unpacker = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

/// What the trailer of the last member announces (modulo 2^32). Only a guess: the trailer may lie,
/// and there may be other members before it.
std::size_t announced_size(std::string_view bytes) {
    std::size_t size = 0;
    for (const char c : {bytes.end()[-1], bytes.end()[-2], bytes.end()[-3], bytes.end()[-4]}) {
        size = (size << 8U) | static_cast<unsigned char>(c);
    }
    return size;
}

struct Unpacked {
    bool fits = true;
    std::size_t read = 0;
    std::size_t written = 0;
};

Result<Unpacked>
unpack_member(const Unpacker& unpacker, std::string_view bytes, std::span<char> out) {
    Unpacked done;
    const auto status = libdeflate_gzip_decompress_ex(
        unpacker.get(),
        bytes.data(),
        bytes.size(),
        out.data(),
        out.size(),
        &done.read,
        &done.written
    );
    if (status == LIBDEFLATE_INSUFFICIENT_SPACE) {
        return Unpacked{.fits = false, .read = 0, .written = 0};
    }
    if (status != LIBDEFLATE_SUCCESS) {
        return fail(ErrorCode::data_loss, "the gzip data is damaged or cut short");
    }
    return done;
}

bool is_padding(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
}

/// The usual file: one member that is as long as it says. Empty when it turns out to be another.
Result<std::optional<std::string>>
unpack_as_announced(const Unpacker& unpacker, std::string_view bytes) {
    std::string out;
    Result<Unpacked> done;
    out.resize_and_overwrite(announced_size(bytes), [&](char* data, std::size_t size) {
        done = unpack_member(unpacker, bytes, {data, size});
        return done ? done->written : 0;
    });
    HAL9_TRY_VOID(done);
    if (!done->fits || !is_padding(bytes.substr(done->read))) {
        return std::nullopt;
    }
    return out;
}

/// Any number of members, into a buffer of the limit's size, of which the kernel gives only the
/// pages that are written to.
Result<std::string>
unpack_all(const Unpacker& unpacker, std::string_view bytes, std::size_t bytes_max) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(bytes_max);
    std::size_t used = 0;
    while (bytes.starts_with(magic)) {
        HAL9_TRY(
            const Unpacked done,
            unpack_member(unpacker, bytes, {buffer.get() + used, bytes_max - used})
        );
        if (!done.fits) {
            return fail(
                ErrorCode::limit_exceeded,
                str("the gzip data expands to more than ",
                    format_size(bytes_max),
                    " (file_bytes_max)")
            );
        }
        used += done.written;
        bytes.remove_prefix(done.read);
    }
    if (!is_padding(bytes)) {
        return fail(
            ErrorCode::data_loss,
            str("something other than gzip data follows the gzip data, ",
                bytes.size(),
                " bytes before the end")
        );
    }
    return std::string(buffer.get(), used);
}

}  // namespace

bool is_gzip(std::string_view bytes) {
    return bytes.starts_with(magic);
}

Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max) {
    const Unpacker unpacker(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
    if (!unpacker) {
        return fail(ErrorCode::resource_exhausted, "no memory to unpack gzip data");
    }
    if (bytes.size() >= smallest_member && announced_size(bytes) <= bytes_max) {
        HAL9_TRY(std::optional<std::string> out, unpack_as_announced(unpacker, bytes));
        if (out) {
            return *std::move(out);
        }
    }
    return unpack_all(unpacker, bytes, bytes_max);
}

}  // namespace hal9::adapters
