#include "hal9/definition/detail/shape.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/schema_validator.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

json::value parse(std::string_view text) {
    return parse_json(text).value();
}

Target follow_text(const ShapePtr& shape, std::string_view pointer) {
    return follow(shape, Pointer::parse(pointer, true)->steps());
}

/// Whether the shape allows for the value.
bool fits(const json::value& value, const ShapePtr& shape) {
    if (!shape) {
        return true;
    }
    if ((Types::of(value) & shape->types).empty()) {
        return false;
    }
    if (const json::array* list = value.if_array()) {
        return std::ranges::all_of(*list, [&](const json::value& element) {
            return fits(element, shape->elements);
        });
    }
    const json::object* object = value.if_object();
    return object == nullptr || std::ranges::all_of(*object, [&](const auto& member) {
               const Shape::Member* known = shape->find(member.key());
               return known == nullptr ? !shape->closed : fits(member.value(), known->shape);
           });
}

class Values {
public:
    explicit Values(std::uint64_t seed) : random_(seed) {}

    json::value next(int depth = 0) {
        switch (random_.below(depth == 3 ? 4 : 7)) {
            case 0:
                return nullptr;
            case 1:
                return random_.chance(0.5);
            case 2:
                return static_cast<std::int64_t>(random_.below(9));
            case 3:
                return "text";
            case 4:
                return list(depth);
            default:
                return object(depth);
        }
    }

    std::string pointer() {
        std::string out;
        for (std::uint64_t i = random_.below(4); i > 0; --i) {
            out += str("/", name());
        }
        return out;
    }

    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

private:
    std::string name() {
        static constexpr std::array<std::string_view, 6> names{"a", "b", "c", "0", "1", "*"};
        return std::string(names.at(random_.below(names.size())));
    }

    json::value list(int depth) {
        json::array out;
        for (std::uint64_t i = random_.below(3); i > 0; --i) {
            out.push_back(next(depth + 1));
        }
        return out;
    }

    json::value object(int depth) {
        json::object out;
        for (std::uint64_t i = random_.below(4); i > 0; --i) {
            out[name()] = next(depth + 1);
        }
        return out;
    }

    SeededRandom random_;
};

TEST(Shape, AllowsForEveryValueThatItWasMadeOf) {
    Values values(1);
    for (int round = 0; round < 2'000; ++round) {
        std::vector<json::value> seen{values.next()};
        ShapePtr shape = shape_of_value(seen.front());
        for (std::uint64_t i = values.below(4); i > 0; --i) {
            seen.push_back(values.next());
            shape = either(shape, shape_of_value(seen.back()));
        }
        const std::string text = values.pointer();
        const auto pointer = Pointer::parse(text, true).value();
        const Target target = follow(shape, pointer.steps());
        for (const json::value& value : seen) {
            EXPECT_TRUE(fits(value, shape)) << value;
            pointer.select(value, [&](const json::value& found) {
                EXPECT_TRUE(target.exists) << text << " in " << value;
                EXPECT_TRUE(fits(found, target.shape)) << text << " in " << value;
                return true;
            });
        }
    }
}

TEST(Shape, AllowsForEveryValueThatItsSchemaAccepts) {
    Values values(2);
    for (const std::string_view text : {
             R"({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": ["integer", "null"]}}})",
             R"({"properties": {"a": {"items": {"type": "object"}}}, "additionalProperties": false})",
             R"({"type": ["array", "object"], "items": {"type": "number"}, "minItems": 1})",
             R"({"enum": [1, "text", null]})",
             R"({"const": {"a": 1}})",
             R"({"items": [{"type": "string"}], "additionalItems": {"type": "number"}})",
             R"({"allOf": [{"type": "object"}], "anyOf": [{"required": ["a"]}, {"required": ["b"]}]})",
             R"({"type": "object", "additionalProperties": {"type": "number"}})",
             R"({"patternProperties": {"^[abc]$": {"type": "null"}}, "additionalProperties": false})",
             R"({"not": {"type": "object"}})",
             "true",
             "{}",
         }) {
        const json::value schema = parse(text);
        const auto validator = SchemaValidator::compile(schema).value();
        const ShapePtr shape = shape_of_schema(schema);
        int accepted = 0;
        for (int round = 0; round < 1'000; ++round) {
            const json::value value = values.next();
            if (validator.check(value).value().empty()) {
                ++accepted;
                EXPECT_TRUE(fits(value, shape)) << value << " of " << text;
            }
        }
        EXPECT_GT(accepted, text.starts_with(R"({"const)") ? -1 : 10) << text;
    }
}

TEST(Shape, RulesOutWhatCannotBe) {
    const ShapePtr shape = shape_of_schema(parse(R"({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "text": {"type": "string"},
            "rows": {"type": "array", "items": {"type": "object", "additionalProperties": false}},
            "open": {}
        }
    })"));
    for (const std::string_view nowhere :
         {"/txt", "/text/a", "/text/0", "/rows/a", "/rows/0/a", "/rows/*/a", "/0", "/*"}) {
        EXPECT_FALSE(follow_text(shape, nowhere).exists) << nowhere;
    }
    for (const std::string_view somewhere :
         {"", "/text", "/rows", "/rows/0", "/rows/*", "/open", "/open/a/0/b"}) {
        EXPECT_TRUE(follow_text(shape, somewhere).exists) << somewhere;
    }
    EXPECT_EQ(follow_text(shape, "/text/a").steps, 1U);
    EXPECT_EQ(types_of(follow_text(shape, "/rows/3").shape), Types(Types::object));
    EXPECT_EQ(follow_text(shape, "/open/a").shape, nullptr);
}

TEST(Shape, OfTwoObjectsHasWhatOneOfThemMayHave) {
    const ShapePtr joined = either(
        shape_of_value(parse(R"({"a": 1, "b": 2})")),
        shape_of_value(parse(R"({"b": "x"})"))
    );
    EXPECT_TRUE(follow_text(joined, "/a").exists);
    EXPECT_EQ(in_words(types_of(follow_text(joined, "/b").shape)), "a number or a string");
    EXPECT_FALSE(follow_text(joined, "/c").exists);
    const ShapePtr open = either(joined, shape_of(Types::object));
    EXPECT_TRUE(follow_text(open, "/c").exists);
    EXPECT_EQ(follow_text(open, "/a").shape, nullptr);
    const ShapePtr with_c = with_member(joined, "c", shape_of(Types::list));
    EXPECT_EQ(types_of(follow_text(with_c, "/c").shape), Types(Types::list));
    EXPECT_FALSE(follow_text(joined, "/c").exists);
}

TEST(Shape, LeavesOpenWhatWouldMakeItLarge) {
    ShapePtr shape = shape_of(Types::string);
    for (int depth = 0; depth < 64; ++depth) {
        shape = object_of({{"a", shape}, {"b", shape}});
        EXPECT_LE(shape->parts, Shape::parts_max);
    }
    EXPECT_FALSE(follow_text(shape, "/c").exists);
    EXPECT_TRUE(follow_text(shape, "/a/b/a/b/a/b/a/b/c").exists);
    std::vector<Shape::Member> many;
    for (std::size_t i = 0; i < Shape::parts_max; ++i) {
        many.push_back({str("m", i), nullptr});
    }
    EXPECT_TRUE(follow_text(object_of(std::move(many)), "/other").exists);
}

}  // namespace
}  // namespace hal9::definition::detail
