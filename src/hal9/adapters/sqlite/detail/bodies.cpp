#include "hal9/adapters/sqlite/detail/bodies.hpp"

#include "hal9/base/text.hpp"

#include <zstd.h>

#include <string>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

constexpr int plain_level = 1;  // Zstandard's fastest regular one
constexpr int codec_zstd = 1;

/// False when compressing does not pay.
bool compress(std::string_view bytes, std::string& packed) {
    if (bytes.size() < body_compressed_from) {
        return false;
    }
    packed.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), plain_level);
    if (ZSTD_isError(size) != 0 || size >= bytes.size()) {
        return false;
    }
    packed.resize(size);
    return true;
}

Result<std::string> decompress(std::string_view packed, std::int64_t seq) {
    const auto damaged = [seq] {
        return fail(ErrorCode::data_loss, str("body ", seq, " of the store is damaged"));
    };
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size > body_bytes_max) {  // the two error values are larger still
        return damaged();
    }
    std::string bytes(size, '\0');
    if (ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size()) != size) {
        return damaged();
    }
    return bytes;
}

}  // namespace

Result<BodyWriter> BodyWriter::create(Database& database) {
    BodyWriter writer;
    HAL9_TRY(
        writer.insert_,
        database.prepare("insert into blob(seq, body, codec) values(?, ?, ?)")
    );
    HAL9_TRY(writer.insert_empty_, database.prepare("insert into blob(seq, codec) values(?, ?)"));
    HAL9_TRY(writer.insert_part_, database.prepare("insert into blob_part values(?, ?, ?)"));
    HAL9_TRY(writer.delete_, database.prepare("delete from blob where seq between ? and ?"));
    HAL9_TRY(
        writer.delete_parts_,
        database.prepare("delete from blob_part where seq between ? and ?")
    );
    HAL9_TRY(writer.last_, database.integer("select max(seq) from blob"));
    return writer;
}

Result<std::optional<std::int64_t>> BodyWriter::append(const Body& body) {
    if (!body) {
        return std::nullopt;
    }
    ++last_;
    if (compress(*body, packed_)) {
        HAL9_TRY_VOID(append_bytes(packed_, codec_zstd));
        // One large body must not keep its room for ever.
        if (packed_.capacity() > body_part_bytes * 4) {
            packed_ = {};
        }
    } else {
        HAL9_TRY_VOID(append_bytes(*body, std::nullopt));
    }
    return last_;
}

Result<void> BodyWriter::append_bytes(std::string_view bytes, std::optional<int> codec) {
    if (bytes.size() <= body_part_bytes) {
        HAL9_TRY_VOID(insert_.run(last_, Bytes{bytes}, codec));
        return {};
    }
    HAL9_TRY_VOID(insert_empty_.run(last_, codec));
    for (std::size_t at = 0, part = 0; at < bytes.size(); at += body_part_bytes, ++part) {
        HAL9_TRY_VOID(insert_part_.run(last_, part, Bytes{bytes.substr(at, body_part_bytes)}));
    }
    return {};
}

Result<void> BodyWriter::remove(std::int64_t first, std::int64_t last) {
    HAL9_TRY_VOID(delete_.run(first, last));
    HAL9_TRY_VOID(delete_parts_.run(first, last));
    return {};
}

Result<BodyReader> BodyReader::create(Database& database) {
    BodyReader reader;
    HAL9_TRY(reader.select_, database.prepare("select body, codec from blob where seq = ?"));
    HAL9_TRY(
        reader.select_parts_,
        database.prepare("select body from blob_part where seq = ? order by part")
    );
    return reader;
}

Result<Body> BodyReader::read(std::int64_t seq) {
    HAL9_TRY(const bool found, select_.query(seq));
    if (!found) {
        return fail(ErrorCode::data_loss, str("body ", seq, " is missing in the store"));
    }
    const bool packed = !select_.is_null(1);
    const bool in_parts = select_.is_null(0);
    std::string bytes = in_parts ? std::string() : std::string(select_.text(0));
    select_.reset();
    if (in_parts) {
        HAL9_TRY(bytes, read_parts(seq));
    }
    if (packed) {
        HAL9_TRY(bytes, decompress(bytes, seq));
    }
    return make_body(std::move(bytes));
}

Result<std::string> BodyReader::read_parts(std::int64_t seq) {
    std::string bytes;
    HAL9_TRY(bool more, select_parts_.query(seq));
    while (more) {
        bytes += select_parts_.text(0);
        HAL9_TRY(more, select_parts_.step());
    }
    if (bytes.size() <= body_part_bytes) {
        return fail(ErrorCode::data_loss, str("parts of body ", seq, " are missing in the store"));
    }
    return bytes;
}

}  // namespace hal9::sqlite::detail
