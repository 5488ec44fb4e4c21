#include "hal9/definition/detail/accumulator.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/value_bytes.hpp"

#include <array>
#include <cstring>
#include <limits>

namespace hal9::definition::detail {
namespace {

void append_sized(std::string& out, std::string_view text) {
    append_number_key(out, text.size());
    out += text;
}

bool read_sized(std::string_view& bytes, std::string& text) {
    if (bytes.size() < 8) {
        return false;
    }
    std::uint64_t size = 0;
    for (const char c : bytes.substr(0, 8)) {
        size = size << 8U | static_cast<unsigned char>(c);
    }
    bytes.remove_prefix(8);
    if (size > bytes.size()) {
        return false;
    }
    text = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return true;
}

}  // namespace

Result<void> Accumulator::add(
    const Aggregate& aggregate,
    const json::value& element,
    std::string_view order_key,
    bool is_new
) {
    ++numbers_.size;
    switch (aggregate.operation) {
        case Operation::count:
        case Operation::collect:
            break;
        case Operation::count_distinct:
            numbers_.distinct += is_new ? 1 : 0;
            break;
        case Operation::sum:
        case Operation::mean:
            return add_number(aggregate, element);
        case Operation::min:
        case Operation::max: {
            std::string key;
            append_sort_key(key, element);
            offer(aggregate.operation, key, element);
            break;
        }
        case Operation::first:
        case Operation::last:
            offer(aggregate.operation, order_key, element);
            break;
    }
    return {};
}

Result<void> Accumulator::add_number(const Aggregate& aggregate, const json::value& element) {
    if (element.is_int64()) {
        numbers_.integers += element.get_int64();
    } else if (element.is_uint64()) {
        numbers_.integers += element.get_uint64();
    } else if (element.is_double()) {
        numbers_.reals += element.get_double();
        numbers_.has_reals = 1;
    } else {
        return fail(
            ErrorCode::invalid_argument,
            str("combine \"",
                aggregate.name,
                "\": ",
                operation_names[static_cast<std::size_t>(aggregate.operation)],
                " of \"",
                aggregate.select.text(),
                "\" met a ",
                json_type_name(element),
                "; it takes numbers only")
        );
    }
    return {};
}

/// Of equal keys, the earliest element stays, for `last` the latest.
void Accumulator::offer(Operation operation, std::string_view key, const json::value& element) {
    if (numbers_.size > 1) {
        const int order = key.compare(key_);
        const bool better = operation == Operation::max    ? order > 0
                            : operation == Operation::last ? order >= 0
                                                           : order < 0;
        if (!better) {
            return;
        }
    }
    key_ = key;
    value_.clear();
    append_packed(value_, element);
}

json::value Accumulator::sum() const {
    if (numbers_.has_reals != 0) {
        return static_cast<double>(numbers_.integers) + numbers_.reals;
    }
    if (numbers_.integers >= std::numeric_limits<std::int64_t>::min() &&
        numbers_.integers <= std::numeric_limits<std::int64_t>::max()) {
        return static_cast<std::int64_t>(numbers_.integers);
    }
    if (numbers_.integers > 0 && numbers_.integers <= std::numeric_limits<std::uint64_t>::max()) {
        return static_cast<std::uint64_t>(numbers_.integers);
    }
    return static_cast<double>(numbers_.integers);
}

Result<json::value> Accumulator::result(Operation operation) const {
    switch (operation) {
        case Operation::count:
        case Operation::collect:
            return size();
        case Operation::count_distinct:
            return static_cast<std::int64_t>(numbers_.distinct);
        case Operation::sum:
            return sum();
        case Operation::mean:
            if (numbers_.size == 0) {
                return nullptr;
            }
            return (static_cast<double>(numbers_.integers) + numbers_.reals) /
                   static_cast<double>(numbers_.size);
        default:
            break;
    }
    if (numbers_.size == 0) {
        return nullptr;
    }
    std::string_view bytes = value_;
    auto value = read_packed(bytes);
    if (!value) {
        return fail(ErrorCode::data_loss, "a spilled value of a combine came back damaged");
    }
    return *std::move(value);
}

void Accumulator::save(std::string& out) const {
    std::array<char, sizeof(Numbers)> bytes{};
    std::memcpy(bytes.data(), &numbers_, sizeof numbers_);
    out.append(bytes.data(), bytes.size());
    append_sized(out, key_);
    append_sized(out, value_);
}

bool Accumulator::load(std::string_view& bytes) {
    if (bytes.size() < sizeof(Numbers)) {
        return false;
    }
    std::memcpy(&numbers_, bytes.data(), sizeof numbers_);
    bytes.remove_prefix(sizeof(Numbers));
    return read_sized(bytes, key_) && read_sized(bytes, value_);
}

}  // namespace hal9::definition::detail
