#include "sim/language/kind_writer.hpp"

#include <array>
#include <utility>

namespace hal9::sim::language {
namespace {

using Settings = json::object;
using Want = Writer::Want;

Settings text_split(Writer& writer, const json::value& sample) {
    Settings settings{{"text", writer.text(sample)}};
    const std::string cut = writer.one_of({"before", "after", "on", "on"});
    settings[cut] = json::value(
        cut == "before" ? writer.one_of({"[a-z]+:", "[A-Z]+-", "[0-9]+"})
                        : writer.one_of({"[;,] *", ";", "\\n", "[,; \\n]+"})
    );
    if (cut == "before" && writer.chance(0.5)) {
        settings["head"] = json::value(writer.one_of({"keep", "drop"}));
    }
    if (writer.chance(0.2)) {
        settings["limit"] = 1 + writer.below(3);
    }
    return settings;
}

Settings text_extract(Writer& writer, const json::value& sample) {
    Settings settings{{"text", writer.text(sample)}};
    const bool each = writer.chance(0.6);
    if (!each || writer.chance(0.6)) {
        json::object one;
        for (std::uint64_t i = 1 + writer.below(2); i > 0; --i) {
            const std::string pattern =
                writer.one_of({"[a-z]+", "([a-z]+):([0-9]+)", "ID-([0-9]+)", "([0-9])|([a-z])"});
            const std::string name = writer.one_of({"word", "n", "id"});
            if (writer.chance(0.4)) {
                one[name] = {
                    {"find", pattern},
                    {"as", json::value(writer.one_of({"number", "text"}))}
                };
            } else {
                one[name] = json::value(pattern);
            }
        }
        settings["one"] = std::move(one);
    }
    if (each) {
        json::object fields;
        for (std::uint64_t i = 1 + writer.below(2); i > 0; --i) {
            fields[writer.one_of({"item", "number"})] =
                json::value(writer.one_of({"[a-z]+", "([0-9]+)", "ID-([0-9]+)", "([a-z])[a-z]*"}));
        }
        settings["each"] = std::move(fields);
        settings["rows"] = "list";
    }
    return settings;
}

Settings text_replace(Writer& writer, const json::value& sample) {
    Settings settings{{"text", writer.text(sample)}};
    if (writer.chance(0.5)) {
        settings["pattern"] = json::value(writer.one_of({"[a-z]+", "[;, ]+", "ID-[0-9]+"}));
        settings["with"] = json::value(writer.one_of({"", "<\\0>", "\\\\", "7;"}));
    } else {
        settings["pattern"] =
            json::value(writer.one_of({"([a-z]+):([0-9]+)", "([0-9])|([a-z])", "(ID)-([0-9]*)"}));
        settings["with"] = json::value(writer.one_of({"\\2:\\1", "(\\0)", "\\1\\1"}));
    }
    if (writer.chance(0.3)) {
        settings["with"] = writer.one_of({"", "ID-"}) + "${run:/k?}";
    }
    if (writer.chance(0.4)) {
        settings["all"] = writer.chance(0.4);
    }
    return settings;
}

Settings text_check(Writer& writer, const json::value& sample) {
    Settings settings{{"text", writer.text(sample)}};
    json::array patterns;
    for (std::uint64_t i = 1 + writer.below(2); i > 0; --i) {
        patterns.emplace_back(writer.one_of({"[a-z]+", "[0-9]+", "ID-([0-9]+)", "[a-z]+:([0-9]+)"})
        );
    }
    settings["patterns"] = std::move(patterns);
    settings["allowed"] = writer.chance(0.5) ? writer.reference(sample, Want::anything)
                                             : json::array{writer.words(), writer.scalar(), 12};
    if (writer.chance(0.4)) {
        settings["needs"] = writer.below(4);
    }
    return settings;
}

Settings json_map(Writer& writer, const json::value& sample) {
    return {{"value", writer.value(sample)}};
}

Settings json_split(Writer& writer, const json::value& sample) {
    return {{"list", writer.reference(sample, Want::list)}};
}

/// What is tested: the payload, or a part of it.
Settings tested(Writer& writer, const json::value& sample) {
    if (!writer.chance(0.4)) {
        return {};
    }
    return {
        {"value", writer.chance(0.5) ? writer.value(sample) : writer.reference(sample, Want::object)
        }
    };
}

Settings json_filter(Writer& writer, const json::value& sample) {
    Settings settings = tested(writer, sample);
    settings["when"] = writer.predicate(sample, sample);
    return settings;
}

Settings state_update(Writer& writer, const json::value& sample) {
    const std::string op =
        writer.one_of({"increment", "increment", "merge", "merge", "set", "delete"});
    Settings settings{{"op", op}};
    if (op == "increment") {
        if (writer.chance(0.5)) {
            settings["value"] = writer.reference(sample, Want::number);
        }
    } else if (op == "merge") {
        settings["value"] =
            writer.chance(0.5) ? writer.value(sample) : writer.reference(sample, Want::object);
    } else if (op == "set" || writer.chance(0.2)) {
        settings["value"] = writer.value(sample);
    }
    return settings;
}

Settings fail(Writer& writer, const json::value& sample) {
    constexpr std::array<double, 6> rates{0, 0.1, 0.3, 0.5, 0.8, 1};
    Settings settings{
        {"rate", rates.at(writer.below(writer.chance(0.3) ? 6 : 5))},
        {"seed", writer.below(1000)},
    };
    if (writer.chance(0.05)) {
        settings["seed"] = writer.reference(sample, Want::number);
    }
    if (writer.chance(0.4)) {
        settings["error"] = json::value(writer.one_of(
            {"timeout",
             "unavailable",
             "rate_limited",
             "resource_exhausted",
             "not_found",
             "permission_denied",
             "nondeterministic",
             "internal"}
        ));
    }
    return settings;
}

Settings delay(Writer& writer, const json::value& /*sample*/) {
    if (writer.chance(0.2)) {
        const char* const past = "2020-01-01T00:00:00Z";
        return {{"until", json::value(writer.one_of({past, "2023-11-14T22:14:30Z"}))}};
    }
    return {{"for", json::value(writer.one_of({"5ms", "3s", "40s", "2m"}))}};
}

Settings human(Writer& writer, const json::value& sample) {
    const std::string of = writer.one_of({"ada", "bob", "ada", "bob", "nobody"});
    Settings settings{{"question", {{"of", of}, {"about", writer.text(sample)}}}};
    if (writer.chance(0.3)) {
        settings["question"] = writer.text(sample);
    }
    if (writer.chance(0.5)) {
        settings["form"] = json::object{
            {"type", "object"},
            {"required", json::array{"ok"}},
            {"properties",
             {{"ok", {{"type", "boolean"}}},
              {"text", {{"type", "string"}}},
              {"n", {{"type", "integer"}}}}},
        };
    }
    if (of == "nobody" || writer.chance(0.3)) {
        settings["within"] = json::value(writer.one_of({"2h", "3h"}));
    }
    return settings;
}

Settings receive(Writer& writer, const json::value& /*sample*/) {
    const std::string name =
        writer.one_of({"paid", "paid", "m-${run:/k?}", "m-${run:/n?}", "never-${run:/k?}"});
    Settings settings{{"name", name}};
    if (name.starts_with("never") || writer.chance(0.3)) {
        settings["within"] = json::value(writer.one_of({"2h", "3h"}));
    }
    return settings;
}

Settings files_list(Writer& writer, const json::value& /*sample*/) {
    Settings settings{
        {"directory",
         json::value(writer.one_of(
             {"/data", "/data", "/data", "/data/a", "/data/b", "/data/none", "/secret"}
         ))},
    };
    if (writer.chance(0.6)) {
        settings["match"] =
            json::value(writer.one_of({"**", "*.txt", "**/*.txt", "[ab]/*", "?/**/*o*", "b/**"}));
    }
    if (writer.chance(0.2)) {
        settings["links"] = json::value(writer.one_of({"skip", "follow"}));
    }
    return settings;
}

Settings files_read(Writer& writer, const json::value& sample) {
    const bool listed = sample.is_object() && sample.get_object().contains("path");
    Settings settings{
        {"path",
         json::value(
             listed ? "${/path}"
                    : writer.one_of(
                          {"/data/a/one.txt", "/data/b/three.txt", "/data/top.txt", "/data/none"}
                      )
         )},
    };
    if (writer.chance(0.5)) {
        settings["encoding"] = json::value(writer.one_of({"utf-8", "latin-1", "bytes"}));
    }
    if (writer.chance(0.2)) {
        settings["decompress"] = json::value(writer.one_of({"auto", "none"}));
    }
    return settings;
}

struct Known {
    const char* kind;
    Settings (*write)(Writer&, const json::value&);
    std::uint64_t weight;
};

/// The routes of json.route are written with its `forward`.
constexpr std::array<Known, 15> known{{
    {"text.split", text_split, 4},
    {"json.split", json_split, 4},
    {"files.list", files_list, 2},
    {"files.read", files_read, 1},
    {"text.extract", text_extract, 3},
    {"text.replace", text_replace, 2},
    {"text.check", text_check, 2},
    {"json.map", json_map, 3},
    {"json.filter", json_filter, 1},
    {"json.route", tested, 2},
    {"state.update", state_update, 2},
    {"human", human, 2},
    {"receive", receive, 2},
    {"fail", fail, 2},
    {"delay", delay, 1},
}};

}  // namespace

WrittenKind write_call(Writer& writer, const Callee& callee, const json::value& sample) {
    WrittenKind call{"network", {{"network", callee.name}}, callee.result};
    if (writer.chance(0.05)) {
        call.settings["network"] = "missing";
    }
    if (writer.chance(0.15)) {
        return call;
    }
    json::object input;
    for (const auto& [name, value] : callee.input) {
        if (value.is_string() && writer.chance(0.5)) {
            input[name] = writer.text(sample);
        } else if (value.is_number() && writer.chance(0.5)) {
            input[name] = writer.reference(sample, Want::number);
        } else if (value.is_array() && writer.chance(0.4)) {
            input[name] = writer.reference(sample, Want::list);
        } else {
            input[name] = value;
        }
    }
    call.settings["input"] = std::move(input);
    return call;
}

WrittenKind write_counter(Writer& writer, const json::value& sample) {
    if (writer.chance(0.5)) {
        return {"state.update", {{"op", "increment"}}, {}};
    }
    return {"state.update", {{"op", "merge"}, {"value", writer.value(sample)}}, {}};
}

WrittenKind write_kind(Writer& writer, const json::value& sample) {
    const json::object* const object = sample.if_object();
    if (object != nullptr && object->contains("path") && writer.chance(0.4)) {
        return {"files.read", files_read(writer, sample), {}};
    }
    std::uint64_t sum = 0;
    for (const Known& each : known) {
        sum += each.weight;
    }
    std::uint64_t dice = writer.below(sum);
    for (const Known& each : known) {
        if (dice < each.weight) {
            return {each.kind, each.write(writer, sample), {}};
        }
        dice -= each.weight;
    }
    return {};
}

}  // namespace hal9::sim::language
