// Random predicates on random values against a naive evaluator of the language's page, which walks
// the JSON of the predicate anew each time and fills in places by itself.
#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/test_order.hpp"
#include "hal9/definition/predicate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace hal9::definition {
namespace {

/// Of "", "a", "^a" and "a$", which is all that the generator writes.
bool naive_match(std::string_view pattern, const std::string& text) {
    if (pattern.starts_with('^')) {
        return text.starts_with(pattern.substr(1));
    }
    if (pattern.ends_with('$')) {
        return text.ends_with(pattern.substr(0, pattern.size() - 1));
    }
    return text.find(pattern) != std::string::npos;
}

bool naive_compare(std::string_view operation, const json::value* found, const json::value& with) {
    if (operation == "exists") {
        return (found != nullptr) == with.as_bool();
    }
    if (found == nullptr) {
        return operation == "ne";
    }
    if (operation == "matches") {
        return found->is_string() &&
               naive_match(with.as_string(), std::string(found->get_string()));
    }
    if (operation == "in") {
        return std::ranges::any_of(with.as_array(), [&](const json::value& element) {
            return compare(*found, element) == 0;
        });
    }
    const int order = compare(*found, with);
    return operation == "eq"   ? order == 0
           : operation == "ne" ? order != 0
           : operation == "lt" ? order < 0
           : operation == "le" ? order <= 0
           : operation == "gt" ? order > 0
                               : order >= 0;
}

bool naive(const json::object& predicate, const json::value& value) {  // NOLINT(misc-no-recursion)
    const auto part = [&](const json::value& inner) { return naive(inner.as_object(), value); };
    if (const json::value* all = predicate.if_contains("all")) {
        return std::ranges::all_of(all->as_array(), part);
    }
    if (const json::value* any = predicate.if_contains("any")) {
        return std::ranges::any_of(any->as_array(), part);
    }
    if (const json::value* inner = predicate.if_contains("not")) {
        return !part(*inner);
    }
    boost::system::error_code error;
    const json::value* found =
        value.find_pointer(std::string_view(predicate.at("at").as_string()), error);
    for (const auto& [name, with] : predicate) {
        if (name != "at") {
            return naive_compare(name, found, with);
        }
    }
    return false;
}

/// The predicate twice: as it compares, and with places instead of some values.
struct Written {
    json::object plain;
    json::object open;
};

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    json::value any(int depth = 0) {  // NOLINT(misc-no-recursion)
        switch (random_.below(depth < 2 ? 8 : 5)) {
            case 0:
                return nullptr;
            case 1:
                return random_.chance(0.5);
            case 2:
                return static_cast<std::int64_t>(random_.below(5)) - 2;
            case 3:
                return (static_cast<double>(random_.below(9)) - 4) * 0.5;
            case 4:
                return json::value(one_of(std::array{"", "a", "b", "ab", "ba"}));
            case 5:
                return json::array{any(depth + 1)};
            case 6:
                return json::array{};
            default:
                return object(depth + 1);
        }
    }

    json::value object(int depth = 0) {  // NOLINT(misc-no-recursion)
        json::object out;
        for (const char* name : {"x", "y", "z"}) {
            if (random_.chance(0.6)) {
                out[name] = any(depth + 1);
            }
        }
        return out;
    }

    Written predicate(json::array& payload, int depth = 0) {  // NOLINT(misc-no-recursion)
        const std::uint64_t form = random_.below(depth < 3 ? 8 : 5);
        if (form < 5) {
            return comparison(payload);
        }
        if (form == 5) {
            Written inner = predicate(payload, depth + 1);
            return {{{"not", std::move(inner.plain)}}, {{"not", std::move(inner.open)}}};
        }
        json::array plain;
        json::array open;
        for (std::uint64_t i = 1 + random_.below(3); i > 0; --i) {
            Written inner = predicate(payload, depth + 1);
            plain.emplace_back(std::move(inner.plain));
            open.emplace_back(std::move(inner.open));
        }
        const char* name = form == 6 ? "all" : "any";
        return {{{name, std::move(plain)}}, {{name, std::move(open)}}};
    }

private:
    Written comparison(json::array& payload) {
        const std::string operation =
            one_of(std::array{"eq", "ne", "lt", "le", "gt", "ge", "in", "matches", "exists"});
        json::value with = any();
        if (operation == "in") {
            with = json::array{any(), any(), any()};
        } else if (operation == "matches") {
            with = one_of(std::array{"", "a", "^a", "a$", "b", "^ab", "ab$"});
        } else if (operation == "exists") {
            with = random_.chance(0.5);
        }
        const char* at = one_of(std::array{"", "/x", "/y", "/x/0", "/y/z", "/z"});
        Written out{{{"at", at}, {operation, with}}, {{"at", at}, {operation, with}}};
        if (random_.chance(0.4)) {
            const bool of_run = random_.chance(0.5);
            out.open[operation] = str(of_run ? "${run:/root/" : "${/", payload.size(), "}");
            payload.push_back(std::move(with));
        }
        return out;
    }

    template <std::size_t N>
    const char* one_of(const std::array<const char*, N>& names) {
        return names.at(random_.below(N));
    }

    SeededRandom random_;
};

TEST(PredicateReference, RandomPredicatesAgree) {
    std::size_t held = 0;
    std::size_t open = 0;
    constexpr std::size_t rounds = 20'000;
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        Generator generator(seed);
        json::array values;
        const Written written = generator.predicate(values);
        const json::value tested = seed % 4 == 0 ? generator.any() : generator.object();
        const bool expected = naive(written.plain, tested);
        held += expected ? 1 : 0;
        open += values.empty() ? 0 : 1;

        const auto predicate = Predicate::compile(written.plain);
        ASSERT_TRUE(predicate) << predicate.error().message;
        const auto when = When::compile(written.open);
        ASSERT_TRUE(when) << when.error().message;
        const json::value payload(values);
        const json::value root{{"root", values}};
        const auto outcome = when->holds(tested, payload, when->needs_root() ? &root : nullptr);
        ASSERT_TRUE(outcome) << outcome.error().message;
        EXPECT_EQ(predicate->holds(tested), expected) << seed << ": " << written.plain << tested;
        EXPECT_EQ(*outcome, expected) << seed << ": " << written.open << tested << payload;
    }
    // Neither side is so rare that nothing was compared.
    EXPECT_GT(held, rounds / 5);
    EXPECT_LT(held, rounds * 4 / 5);
    EXPECT_GT(open, rounds / 5);
}

}  // namespace
}  // namespace hal9::definition
