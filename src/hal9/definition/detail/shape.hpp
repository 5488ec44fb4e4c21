// Shape: what is known of a value before any signal runs.
//
// Every value that there may be fits it; what is not known is left open. So what a shape rules out
// can never come, and may be refused. Shapes are small whatever they were made of: beyond so many
// parts the inner ones are left open.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/detail/pointer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

/// A set of the types that JSON has.
class Types {
public:
    enum Type : std::uint8_t {
        null = 1,
        boolean = 2,
        number = 4,
        string = 8,
        list = 16,
        object = 32
    };

    constexpr Types(Type type) : bits_(type) {}  // NOLINT: one type is a set of one

    [[nodiscard]] static constexpr Types none() { return Types(0U); }

    [[nodiscard]] static constexpr Types all() { return Types(63U); }

    /// Of a word of JSON Schema, where "integer" is "number"; all for one that is none.
    [[nodiscard]] static Types named(std::string_view word);
    /// Of a value of `type`: a word or a list of them.
    [[nodiscard]] static Types listed(const json::value& words);
    [[nodiscard]] static Types of(const json::value& value);

    [[nodiscard]] constexpr bool has(Type type) const { return (bits_ & type) != 0; }

    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

    [[nodiscard]] constexpr Types without(Type type) const {
        return Types(static_cast<unsigned>(bits_ & ~type));
    }

    friend constexpr Types operator|(Types a, Types b) {
        return Types(static_cast<unsigned>(a.bits_ | b.bits_));
    }

    friend constexpr Types operator&(Types a, Types b) {
        return Types(static_cast<unsigned>(a.bits_ & b.bits_));
    }

    friend constexpr bool operator==(Types a, Types b) = default;

private:
    explicit constexpr Types(unsigned bits) : bits_(static_cast<std::uint8_t>(bits)) {}

    std::uint8_t bits_;
};

/// "a string", "a number or null".
[[nodiscard]] std::string in_words(Types types);

struct Shape;
/// Shared, because payloads are made of each other. nullptr: any value.
using ShapePtr = std::shared_ptr<const Shape>;

struct Shape {
    struct Member {
        std::string name;
        ShapePtr shape;  ///< of its value, where it is there
    };

    static constexpr std::size_t parts_max = 64;

    Types types = Types::all();
    std::vector<Member> members;  ///< of an object, by name
    bool closed = false;          ///< an object has no others
    ShapePtr elements;            ///< of a list
    std::size_t parts = 1;        ///< shapes in it, itself included

    [[nodiscard]] const Member* find(std::string_view name) const;
};

[[nodiscard]] ShapePtr shape_of(Types types);
/// An object that has no other members, each by a name of its own.
[[nodiscard]] ShapePtr object_of(std::vector<Shape::Member> members);
[[nodiscard]] ShapePtr list_of(ShapePtr elements);
[[nodiscard]] ShapePtr shape_of_value(const json::value& value);
/// Of the values that a JSON Schema accepts. Words that it does not look at only narrow them.
[[nodiscard]] ShapePtr shape_of_schema(const json::value& schema);

[[nodiscard]] ShapePtr either(const ShapePtr& a, const ShapePtr& b);
/// The same object, which may have this member, too.
[[nodiscard]] ShapePtr with_member(const ShapePtr& shape, std::string_view name, ShapePtr value);
/// The part of it that is of these types; nullptr stays nullptr unless they rule something out.
[[nodiscard]] ShapePtr only(const ShapePtr& shape, Types types);
[[nodiscard]] Types types_of(const ShapePtr& shape);

/// Where a pointer leads.
struct Target {
    bool exists = true;     ///< false: it leads nowhere in any such value
    ShapePtr shape;         ///< of what it names; where it leads nowhere, of the last on its way
    std::size_t steps = 0;  ///< so many of them can be taken
};

/// Of an object.
[[nodiscard]] Target member_of(const ShapePtr& shape, std::string_view name);
[[nodiscard]] Target follow(const ShapePtr& shape, std::span<const PointerStep> steps);

}  // namespace hal9::definition::detail
