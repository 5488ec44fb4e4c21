#include "hal9/definition/language_schema.hpp"

#include "hal9/definition/detail/read_tree.hpp"
#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/test_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::definition {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

/// The schema, as strict as an editor is.
class Checker {
public:
    explicit Checker(const Limits& limits = {})
        : schema_(language_schema(test_kinds(), limits)),
          validator_(detail::SchemaValidator::compile(schema_).value()) {}

    [[nodiscard]] bool accepts(std::string_view text) const {
        detail::Faults faults;
        const auto tree = detail::read_tree(text, {}, faults);
        return tree && validator_.check(detail::to_json(*tree)).value().empty();
    }

    [[nodiscard]] const json::value& schema() const { return schema_; }

private:
    json::value schema_;
    detail::SchemaValidator validator_;
};

void for_each_schema(const json::value& at, const std::function<void(const json::object&)>& visit) {
    if (const json::object* object = at.if_object()) {
        visit(*object);
        for (const auto& member : *object) {
            for_each_schema(member.value(), visit);
        }
    } else if (const json::array* list = at.if_array()) {
        for (const json::value& element : *list) {
            for_each_schema(element, visit);
        }
    }
}

/// A network of one neuron of the kind `delay` with these members.
std::string with(std::string_view members) {
    return str(head, "  a: {layer: L1, kind: delay", members.empty() ? "" : ", ", members, "}\n");
}

/// One of two neurons, the first of which is this.
std::string above_b(std::string_view members) {
    return str(head, "  a: {layer: L2, ", members, "}\n  b: {layer: L1, kind: delay}\n");
}

constexpr std::string_view split = "kind: text.split, settings: {text: x}";

std::string combine(std::string_view aggregate) {
    return above_b(str(split, ", forward: [b], combine: {n: ", aggregate, "}"));
}

std::string when(std::string_view predicate) {
    return above_b(str("kind: delay, forward: [{to: b, when: ", predicate, "}]"));
}

std::string input(std::string_view schema) {
    return str("input: ", schema, "\n", with(""));
}

TEST(LanguageSchema, AcceptsWhatTheLanguageAccepts) {
    const Checker checker;
    const std::vector<std::string> networks{
        with(""),
        str("layer_rule: any\ndurability: durable\nlearning: observe\ndescription: d\n", with("")),
        str("defaults: {concurrency: 1, timeout: 1s, deadline: 1h, retry: {attempts: 2, base: 1ms, "
            "max: 2ms}, priority: 9, on_child_error: skip, on_exhausted: park}\n",
            with("")),
        with("settings: {for: 3s, times: 9}"),
        with("settings: {for: '${/x}', times: '${/n}'}"),
        with("keep: [a, b], key: 'x${/id}', key_ttl: 30d, concurrency: 100000, timeout: 1ms"),
        with("needs: {memory: 2GiB, cpu: 0.5, tags: [gpu]}, on_child_error: {value: null}"),
        with("needs: {memory: '0'}, retry: {}, forward: [], priority: 0, deadline: 36500d"),
        above_b("kind: delay, forward: [b], join: any"),
        above_b("kind: delay, forward: [{to: b}], join: all"),
        above_b("kind: delay, forward: [{any_of: [b], learn: on, when: {at: '', eq: 1}}]"),
        above_b("kind: delay, forward: [b], join: {quorum: 1}"),
        above_b("kind: delay, then: b"),
        above_b("kind: delay, then: {to: b, when: {at: /a~1b/~0, exists: '${/e}'}, as: c}"),
        above_b("kind: drop, then: b"),
        combine("{count: children}"),
        combine("{count: '', of: b, by: /k, order: -/v, distinct: /a, top: 1}"),
        combine("{collect: /a/*/b, order: ['-', /a, -/b], distinct: ['', /a], top: 1000000000}"),
        combine("{count_distinct: /*}"),
        combine("{mean: ''}"),
        when("{all: [{at: /a, eq: [1, '${/x}']}, {any: [{not: {at: '', matches: '${/p}'}}]}]}"),
        when("{at: /a, in: '${/list}'}"),
        when("{at: /a, in: []}"),
        when("{at: /a, exists: false}"),
        when("{at: /a, lt: {b: null}}"),
        str(head, "  a: {layer: L1, ", split, "}\n"),
        str(head,
            "  a: {layer: L1, kind: json.filter, settings: {value: 1, when: {at: '', ne: 1}}}\n"),
        str(head, "  a: {layer: L1, kind: human, settings: {question: q, form: {type: object}}}\n"),
        str(head, "  a: {layer: L1, kind: human, settings: {question: q, form: '${/form}'}}\n"),
        str(head,
            "  a: {layer: L1, kind: text.extract, settings: {text: x, one: {a: b, c: {find: d, as: "
            "number}}}}\n"),
        str(head, "  a: {layer: L1, kind: text.extract, settings: {text: x, one: '${/one}'}}\n"),
        str(head, "  a: {layer: L1, kind: text.cut, settings: {text: x, before: y, head: keep}}\n"),
        input("{}"),
        input("{type: [string, 'null'], title: t, enum: [1], const: 1, default: 2, x-own: 3}"),
        input("{properties: {a: true, b: {items: [{}, false]}}, additionalProperties: false}"),
        input("{allOf: [{}], anyOf: [{}], oneOf: [{}], not: {}, if: {}, then: {}, else: {}}"),
        input("{dependencies: {a: [b]}, definitions: {c: {}}, required: [a], multipleOf: 0.5}"),
    };
    for (const std::string& network : networks) {
        const auto faults = faults_of(network);
        EXPECT_THAT(faults, IsEmpty()) << network << faults.front().message;
        EXPECT_TRUE(checker.accepts(network)) << network;
    }
}

TEST(LanguageSchema, RefusesMistakesThatTheLanguageRefuses) {
    const Checker checker;
    const std::vector<std::string> networks{
        "hal9: 2\nname: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
        "name: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
        "hal9: 1\nname: n.m\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
        "hal9: 1\nname: n\nneurons: {a: {layer: L1, kind: delay}}\n",
        "hal9: 1\nname: n\nstart: a\nneurons: {}\n",
        "hal9: 1\nname: n\nstart: a b\nneurons: {a b: {layer: L1, kind: delay}}\n",
        str("durability: ephemeral\n", with("")),
        str("defaults: {forward: []}\n", with("")),
        str(head, "  a: {kind: delay}\n"),
        str(head, "  a: {layer: L1}\n"),
        str(head, "  a: {layer: L10, kind: delay}\n"),
        str(head, "  a: {layer: L1, kind: dealy}\n"),
        str(head, "  a: {layer: L1, kind: text.split}\n"),
        str(head, "  a: {layer: L1, kind: text.split, settings: {text: 1}}\n"),
        str(head, "  a: {layer: L1, kind: text.split, settings: {text: x, limit: one}}\n"),
        str(head, "  a: {layer: L1, kind: text.split, settings: {text: x, limit: 0}}\n"),
        str(head, "  a: {layer: L1, kind: text.split, settings: {text: x, befor: y}}\n"),
        str(head, "  a: {layer: L1, kind: text.cut, settings: {text: x, before: y, after: z}}\n"),
        str(head, "  a: {layer: L1, kind: text.cut, settings: {text: x, after: y, head: keep}}\n"),
        str(head, "  a: {layer: L1, kind: human, settings: {question: q, form: {type: txt}}}\n"),
        str(head,
            "  a: {layer: L1, kind: json.filter, settings: {value: 1, when: {at: '', is: 1}}}\n"),
        with("settings: {for: 3}"),
        with("combine: {n: {count: children}}"),
        with("froward: [b]"),
        with("keep: [a, a]"),
        with("key: plain"),
        with("key_ttl: 1d"),
        with("timeout: 30"),
        with("timeout: 30q"),
        with("priority: 10"),
        with("priority: 1.5"),
        with("concurrency: 100001"),
        with("concurrency: 0"),
        with("retry: {attempts: 101}"),
        with("retry: {tries: 1}"),
        with("on_child_error: ignore"),
        with("on_child_error: {}"),
        with("on_exhausted: wait"),
        with("needs: {memory: 2GB}"),
        with("needs: {cpu: 0}"),
        above_b("kind: delay, forward: b"),
        above_b("kind: delay, forward: [{}]"),
        above_b("kind: delay, forward: [{to: b, any_of: [b]}]"),
        above_b("kind: delay, forward: [{to: b, learn: on}]"),
        above_b("kind: delay, forward: [{any_of: []}]"),
        above_b("kind: drop, forward: [b]"),
        above_b(str(split, ", forward: [b]")),
        above_b("kind: delay, then: {}"),
        above_b("kind: delay, then: {to: b, as: ''}"),
        above_b("kind: delay, forward: [b], join: some"),
        above_b("kind: delay, forward: [b], join: {quorum: 1001}"),
        above_b(str(split, ", forward: [b], combine: {}")),
        combine("{}"),
        combine("{count: children, sum: /a}"),
        combine("{count: kids}"),
        combine("{count: children, top: 1}"),
        combine("{collect: /a, top: 1000000001}"),
        combine("{collect: /a, distinct: []}"),
        combine("{collect: /a, order: a}"),
        when("{at: /a}"),
        when("{eq: 1}"),
        when("{at: a, eq: 1}"),
        when("{at: /~2, eq: 1}"),
        when("{at: /a, eq: 1, ne: 2}"),
        when("{all: []}"),
        when("{all: [{at: /a, eq: 1}], at: /b}"),
        when("{not: [{at: /a, eq: 1}]}"),
        when("{at: /a, in: 3}"),
        when("{at: /a, exists: 'yes'}"),
        when("{at: /a, matches: 3}"),
        input("true"),
        input("{type: text}"),
        input("{$ref: '#'}"),
        input("{properties: {a: {patternProperties: {}}}}"),
        input("{items: 3}"),
        input("{dependencies: {a: {}}}"),
    };
    for (const std::string& network : networks) {
        EXPECT_FALSE(faults_of(network).empty()) << network;
        EXPECT_FALSE(checker.accepts(network)) << network;
    }
}

/// The names after `allowed: ` in the first fault.
std::vector<std::string> names_allowed(const std::string& network) {
    const auto faults = faults_of(network);
    const std::string_view mark = "; allowed: ";
    const std::string message = faults.empty() ? "" : faults.front().message;
    const std::size_t at = message.find(mark);
    EXPECT_NE(at, std::string::npos) << message;
    std::vector<std::string> names;
    for (std::size_t from = at + mark.size(); from < message.size();) {
        const std::size_t to = std::min(message.find(", ", from), message.size());
        names.push_back(message.substr(from, to - from));
        from = to + 2;
    }
    return names;
}

std::vector<std::string> names_in(const json::value& schema) {
    std::vector<std::string> names;
    for (const auto& property : schema.at("properties").as_object()) {
        names.emplace_back(property.key());
    }
    return names;
}

TEST(LanguageSchema, KnowsTheKeysThatTheLanguageKnows) {
    const Checker checker;
    const json::value& schema = checker.schema();
    const json::value& definitions = schema.at("definitions");
    const json::value& neuron = definitions.at("neuron");
    const std::vector<std::pair<std::string, const json::value*>> objects{
        {str("qqqqqqqq: 1\n", with("")), &schema},
        {str("defaults: {qqqqqqqq: 1}\n", with("")), &schema.at("properties").at("defaults")},
        {with("qqqqqqqq: 1"), &neuron},
        {with("needs: {qqqqqqqq: 1}"), &neuron.at("properties").at("needs")},
        {with("retry: {qqqqqqqq: 1}"), &definitions.at("retry")},
        {with("on_child_error: {value: 1, qqqqqqqq: 1}"),
         &definitions.at("on_child_error").at("oneOf").at(0)},
        {above_b("kind: delay, forward: [{to: b, qqqqqqqq: 1}]"), &definitions.at("forward_entry")},
        {above_b("kind: delay, then: {to: b, qqqqqqqq: 1}"), &definitions.at("then")},
        {above_b("kind: delay, forward: [b], join: {quorum: 1, qqqqqqqq: 1}"),
         &definitions.at("join").at("oneOf").at(0)},
        {combine("{count: children, qqqqqqqq: 1}"), &definitions.at("aggregate")},
        {when("{at: /a, qqqqqqqq: 1}"), &definitions.at("predicate")},
    };
    for (const auto& [network, object] : objects) {
        EXPECT_THAT(names_in(*object), UnorderedElementsAreArray(names_allowed(network)))
            << network;
    }
}

TEST(LanguageSchema, HasTheLimitsThatAreInForce) {
    Limits limits;
    limits.neurons_max = 1;
    limits.forward_max = 0;
    limits.quorum_max = 1;
    limits.attempts_max = 1;
    const Checker checker(limits);
    for (const std::string& network :
         {above_b("kind: delay, forward: []"),
          with("forward: [b]"),
          with("join: {quorum: 2}"),
          with("retry: {attempts: 2}")}) {
        EXPECT_TRUE(Checker().accepts(network)) << network;
        EXPECT_FALSE(checker.accepts(network)) << network;
    }
    EXPECT_TRUE(checker.accepts(with("join: {quorum: 1}, retry: {attempts: 1}")));
}

TEST(LanguageSchema, IsPlainDraft7AndWholeInItself) {
    const json::value schema = language_schema(test_kinds());
    for_each_schema(schema, [&](const json::object& object) {
        for (const auto& member : object) {
            EXPECT_FALSE(member.key().starts_with("x-")) << member.key();
        }
        const json::value* reference = object.if_contains("$ref");
        if (reference == nullptr || !reference->is_string()) {
            return;
        }
        EXPECT_EQ(object.size(), 1U) << *reference << ": what stands beside it does not count";
        EXPECT_TRUE(reference->get_string().starts_with("#/")) << *reference;
        EXPECT_NE(detail::follow_reference(schema, object), nullptr) << *reference;
    });
}

TEST(LanguageSchema, SaysWhatEveryKeyMeans) {
    const json::value schema = language_schema(test_kinds());
    const json::value& definitions = schema.at("definitions");
    for (const json::value* object :
         {&schema,
          &definitions.at("neuron"),
          &definitions.at("then"),
          &definitions.at("forward_entry"),
          &definitions.at("retry"),
          &definitions.at("aggregate")}) {
        for (const auto& [name, property] : object->at("properties").as_object()) {
            const json::value* target = detail::follow_reference(schema, property);
            ASSERT_NE(target, nullptr) << name;
            EXPECT_TRUE(target->as_object().contains("description")) << name;
        }
    }
    for (const json::value& kind :
         definitions.at("neuron").at("properties").at("kind").at("oneOf").as_array()) {
        EXPECT_FALSE(kind.at("description").as_string().empty()) << kind;
    }
}

}  // namespace
}  // namespace hal9::definition
