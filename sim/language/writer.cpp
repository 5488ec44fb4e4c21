#include "sim/language/writer.hpp"

#include "hal9/base/text.hpp"
#include "sim/language/values.hpp"

#include <algorithm>
#include <utility>

namespace hal9::sim::language {
namespace {

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

bool is_wanted(const json::value& value, Writer::Want want) {
    switch (want) {
        case Writer::Want::text:
            return value.is_string();
        case Writer::Want::number:
            return value.is_number();
        case Writer::Want::list:
            return value.is_array();
        case Writer::Want::object:
            return value.is_object();
        default:
            return true;
    }
}

void collect(
    const json::value& value,
    const std::string& prefix,
    Writer::Want want,
    std::vector<std::string>& out
) {
    constexpr std::size_t longest = 24;
    if (prefix.size() > longest) {
        return;
    }
    if (!prefix.empty() && is_wanted(value, want)) {
        out.push_back(prefix);
    }
    if (const json::object* const object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            collect(member, str(prefix, "/", escaped(name)), want, out);
        }
    } else if (const json::array* const array = value.if_array()) {
        for (std::size_t i = 0; i < std::min<std::size_t>(array->size(), 2); ++i) {
            collect((*array)[i], str(prefix, "/", i), want, out);
        }
    }
}

/// The same pointer with `*` for places in lists, mostly.
std::string with_stars(Random& random, std::string pointer) {
    for (const char* const index : {"/0", "/1"}) {
        for (std::size_t at = pointer.find(index); at != std::string::npos;
             at = pointer.find(index, at + 1)) {
            const std::size_t end = at + 2;
            const bool whole = end == pointer.size() || pointer[end] == '/';
            if (whole && random.chance(0.8)) {
                pointer[at + 1] = '*';
            }
        }
    }
    return pointer;
}

}  // namespace

std::string Writer::one_of(std::initializer_list<const char*> names) {
    return *(names.begin() + below(names.size()));
}

std::vector<std::string> Writer::pointers(const json::value& sample, Want want) {
    std::vector<std::string> out;
    collect(sample, "", want, out);
    return out;
}

// ---- values

std::string Writer::words() {
    std::string out;
    for (std::uint64_t i = 1 + below(5); i > 0; --i) {
        out += one_of(
            {"alpha",
             "beta",
             "gamma",
             "delta:7",
             "beta:12",
             "x",
             "ID-4",
             "ID-17",
             "31",
             "2.5",
             "caf\xC3\xA9"}
        );
        out += i == 1 ? "" : one_of({";", ",", ", ", " ", "\n", "; "});
    }
    return out;
}

json::value Writer::scalar() {
    switch (below(7)) {
        case 0:
            return nullptr;
        case 1:
            return chance(0.5);
        case 2:
        case 3:
            return static_cast<std::int64_t>(below(8)) - 2;
        case 4:
            return (static_cast<double>(below(17)) - 4) * 0.25;
        default:
            return json::value(one_of({"", "a", "b", "alpha", "beta", "x/y", "ID-4"}));
    }
}

json::object Writer::element() {
    json::object out{{"k", json::value(one_of({"a", "b", "c"}))}, {"v", below(6)}};
    if (chance(0.6)) {
        out["t"] = words();
    }
    if (chance(0.3)) {
        out["x~y"] = scalar();
    }
    return out;
}

json::value Writer::input() {
    json::object out{
        {"text", words()},
        {"n", static_cast<std::int64_t>(below(20)) - 4},
        {"k", json::value(one_of({"a", "b", "c"}))},
    };
    json::array list;
    for (std::uint64_t i = chance(0.12) ? 16 : below(5); i > 0; --i) {
        list.push_back(chance(0.75) ? json::value(element()) : scalar());
    }
    out["list"] = std::move(list);
    if (chance(0.5)) {
        out["d"] = static_cast<double>(below(40)) * 0.25;
    }
    if (chance(0.4)) {
        out["a/b"] = json::object{{"text", words()}, {"flag", chance(0.5)}};
    }
    if (chance(0.3)) {
        out["nothing"] = nullptr;
    }
    if (chance(0.4)) {
        out["left"] =
            chance(0.5) ? json::array{json::array()} : json::array{json::array{json::array()}};
    }
    if (chance(0.3)) {
        out["tags"] = json::array{json::value(words()), json::value(one_of({"a", "b"}))};
    }
    return out;
}

// ---- settings

std::string Writer::pointer(const json::value& sample, Want want) {
    const auto known = pointers(sample, want);
    if (known.empty()) {
        return "/missing?";
    }
    return chance(0.02) ? one_of({"/text", "/missing", "/list/0", "/n"})
                        : known[below(known.size())];
}

std::string Writer::pointer_or_null(const json::value& sample, Want want, double share) {
    const std::string found = pointer(sample, want);
    return found.ends_with('?') || !chance(share) ? found : found + "?";
}

/// `${…}` for a place in the payload, or in that of the run.
std::string Writer::place(const json::value& sample) {
    if (chance(0.2)) {
        return str("${run:", pointer_or_null(root_, Want::anything, 0.2), "}");
    }
    return chance(0.1) ? "${/missing?}" : str("${", pointer(sample, Want::anything), "}");
}

json::value Writer::reference(const json::value& sample, Want want) {
    const bool of_run = pointers(sample, want).empty() || chance(0.15);
    if (of_run && !pointers(root_, want).empty()) {
        return json::value(str("${run:", pointer(root_, want), "}"));
    }
    return json::value(str("${", pointer_or_null(sample, want, 0.05), "}"));
}

std::string Writer::text(const json::value& sample) {
    switch (below(8)) {
        case 0:
            return str(words(), " ", place(sample), ";", place(sample));
        case 1:
            return str("${", pointer(sample, Want::anything), " | json}");
        case 2:
            return str("${", pointer_or_null(sample, Want::list, 0.3), " | lines}");
        case 3:
            return str(
                one_of({"n=", "$${", "$", ""}),
                "${",
                pointer(sample, chance(0.5) ? Want::list : Want::text),
                "|count}, ",
                place(sample)
            );
        default:
            return std::string(reference(sample, Want::text).as_string());
    }
}

json::value Writer::value(const json::value& sample) {
    const std::uint64_t form = below(10);
    if (form < 2) {
        return form == 0 ? scalar() : json::value(text(sample));
    }
    json::object out;
    for (std::uint64_t i = 1 + below(4); i > 0; --i) {
        const std::string name = one_of({"text", "text", "n", "k", "list", "v"});
        out[name] = name == "text"   ? json::value(text(sample))
                    : name == "n"    ? reference(sample, Want::number)
                    : name == "list" ? reference(sample, Want::list)
                    : chance(0.3)    ? scalar()
                                     : reference(sample, Want::anything);
    }
    return out;
}

std::string Writer::key(const json::value& sample) {
    const std::string start = chance(0.3) ? "key-" : "";
    return start + (chance(0.6) ? one_of({"${run:/k?}", "${run:/n?}", "${/k?}"}) : place(sample));
}

json::object Writer::comparison(const json::value& tested, const json::value& sample) {
    const auto known = pointers(tested, Want::anything);
    const std::string at =
        known.empty() || chance(0.08) ? one_of({"", "/missing"}) : known[below(known.size())];
    const json::value* const found = find(tested, at);
    const json::value near = found == nullptr || chance(0.3) ? scalar() : *found;
    std::string operation = one_of({"eq", "ne", "lt", "le", "gt", "ge", "in", "matches", "exists"});
    json::value with = near;
    if (operation == "in") {
        with = chance(0.25) ? reference(sample, Want::list) : json::array{near, scalar(), scalar()};
    } else if (operation == "matches") {
        with = one_of({"a", "[0-9]+", "^[a-c]", "ID-", "(alpha|beta):?"});
    } else if (operation == "exists") {
        with = chance(0.7);
    } else if (chance(0.3)) {
        with = reference(sample, near.is_number() ? Want::number : Want::text);
    } else if (json::serialize(near).find('$') != std::string::npos) {
        with = scalar();  // what looks like a ${} would be filled in
    }
    return {{"at", at}, {operation, with}};
}

json::object Writer::predicate(const json::value& tested, const json::value& sample, int depth) {
    const std::uint64_t form = depth < 2 ? below(10) : 9;
    if (form == 0) {
        return {{"not", predicate(tested, sample, depth + 1)}};
    }
    if (form < 3) {
        json::array parts;
        for (std::uint64_t i = 1 + below(3); i > 0; --i) {
            parts.emplace_back(predicate(tested, sample, depth + 1));
        }
        return {{form == 1 ? "all" : "any", std::move(parts)}};
    }
    return comparison(tested, sample);
}

// ---- combine

json::object Writer::combine(const std::vector<SampleChild>& children) {
    json::object out;
    for (std::uint64_t i = 1 + below(4); i > 0; --i) {
        out[one_of({"n", "text", "list", "k", "total", "rows", "best"})] = aggregate(children);
    }
    return out;
}

json::object Writer::aggregate(const std::vector<SampleChild>& children) {
    std::string operation = one_of(
        {"count",
         "count_distinct",
         "sum",
         "sum",
         "min",
         "max",
         "mean",
         "mean",
         "collect",
         "collect",
         "first",
         "last"}
    );
    const bool numeric = operation == "sum" || operation == "mean";
    std::string selection = "children";
    json::value element;
    if (!children.empty()) {
        const SampleChild& child = children[below(children.size())];
        const auto known = pointers(child.result, numeric ? Want::number : Want::anything);
        if (known.empty() && numeric) {
            operation = "count";
        } else if (!known.empty() && (numeric || chance(0.8))) {
            selection = with_stars(random_, known[below(known.size())]);
        } else if (chance(0.5)) {
            selection = "";
        }
        const auto elements = select(child.result, selection == "children" ? "" : selection);
        element = elements.empty() ? json::value() : elements.front().element;
    } else if (numeric) {
        operation = "count";
    }
    json::object out{{operation, selection}};
    if (children.size() > 1 && chance(0.8)) {
        out["of"] = children[below(children.size())].neuron;
    }
    refine(out, operation, element);
    return out;
}

void Writer::refine(
    json::object& aggregate,
    std::string_view operation,
    const json::value& element
) {
    const auto inside = [&] {
        const auto known = pointers(element, Want::anything);
        return known.empty() || chance(0.2) ? std::string() : known[below(known.size())];
    };
    if (chance(0.25)) {
        json::array by;
        for (std::uint64_t i = 1 + below(2); i > 0; --i) {
            by.emplace_back(inside());
        }
        aggregate["distinct"] = std::move(by);
    }
    const bool grouped = chance(0.25);
    if (grouped) {
        aggregate["by"] = inside();
    }
    if (chance(0.25)) {
        const std::string key = grouped ? one_of({"/key", "/count", "/value"}) : inside();
        aggregate["order"] = json::array{json::value(str(chance(0.5) ? "-" : "", key))};
    }
    if ((grouped || operation == "collect") && chance(0.35)) {
        aggregate["top"] = 1 + below(4);
    }
}

}  // namespace hal9::sim::language
