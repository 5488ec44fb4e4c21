#include "hal9/adapters/sqlite/detail/bodies.hpp"

#include "hal9/base/text.hpp"

#include <string>
#include <utility>

namespace hal9::sqlite::detail {

Result<BodyWriter> BodyWriter::create(Database& database) {
    BodyWriter writer;
    HAL9_TRY(writer.insert_, database.prepare("insert into blob(seq, body) values(?, ?)"));
    HAL9_TRY(writer.insert_empty_, database.prepare("insert into blob(seq) values(?)"));
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
    if (body->size() > body_part_bytes) {
        HAL9_TRY_VOID(append_parts(*body));
    } else {
        HAL9_TRY_VOID(insert_.run(last_, Bytes{*body}));
    }
    return last_;
}

Result<void> BodyWriter::append_parts(const std::string& bytes) {
    HAL9_TRY_VOID(insert_empty_.run(last_));
    const std::string_view view(bytes);
    for (std::size_t at = 0, part = 0; at < view.size(); at += body_part_bytes, ++part) {
        HAL9_TRY_VOID(insert_part_.run(last_, part, Bytes{view.substr(at, body_part_bytes)}));
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
    HAL9_TRY(reader.select_, database.prepare("select body from blob where seq = ?"));
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
    if (select_.is_null(0)) {
        select_.reset();
        return read_parts(seq);
    }
    Body body = make_body(std::string(select_.text(0)));
    select_.reset();
    return body;
}

Result<Body> BodyReader::read_parts(std::int64_t seq) {
    std::string bytes;
    HAL9_TRY(bool more, select_parts_.query(seq));
    while (more) {
        bytes += select_parts_.text(0);
        HAL9_TRY(more, select_parts_.step());
    }
    if (bytes.size() <= body_part_bytes) {
        return fail(ErrorCode::data_loss, str("parts of body ", seq, " are missing in the store"));
    }
    return make_body(std::move(bytes));
}

}  // namespace hal9::sqlite::detail
