#include "hal9/app/network_drawing.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace hal9::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Edges = std::set<std::pair<std::string, std::string>>;

/// Makes a graph as one writes it down.
class Builder {
public:
    Builder& neuron(std::string name, int layer, std::string kind, bool many = false) {
        places_[name] = graph_.neurons.size();
        graph_.neurons.push_back({std::move(name), std::move(kind), layer, many});
        return *this;
    }

    Builder& forward(const std::string& from, const std::string& to, bool maybe = false) {
        graph_.edges.push_back({.from = places_.at(from), .to = places_.at(to), .maybe = maybe});
        return *this;
    }

    Builder& then(const std::string& from, const std::string& to, bool maybe = false) {
        graph_.edges.push_back(
            {.from = places_.at(from), .to = places_.at(to), .then = true, .maybe = maybe}
        );
        return *this;
    }

    NetworkGraph graph() {
        graph_.start = graph_.neurons.front().name;
        return graph_;
    }

private:
    NetworkGraph graph_;
    std::map<std::string, std::size_t> places_;
};

Edges edges_of(const NetworkGraph& graph) {
    Edges edges;
    for (const NetworkGraph::Edge& edge : graph.edges) {
        edges.emplace(graph.neurons[edge.from].name, graph.neurons[edge.to].name);
    }
    return edges;
}

std::vector<std::vector<std::string>> characters(const std::string& text) {
    std::vector<std::vector<std::string>> lines(1);
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        if (text[i] == '\n') {
            lines.emplace_back();
        } else {
            lines.back().push_back(text.substr(i, end - i));
        }
        i = end;
    }
    return lines;
}

/// Follows the lines of a picture with a finger, as people do: along a line, over those that cross
/// it, to every arrowhead that it leads to.
class Finger {
public:
    Finger(const NetworkGraph& graph, const std::string& picture)
        : graph_(graph), lines_(characters(picture)) {
        for (std::size_t y = 0; y < lines_.size(); ++y) {
            std::string line;
            std::vector<std::size_t> columns;  // of each byte
            for (std::size_t x = 0; x < lines_[y].size(); ++x) {
                columns.insert(columns.end(), lines_[y][x].size(), x);
                line += lines_[y][x];
            }
            for (const NetworkGraph::Neuron& neuron : graph.neurons) {
                const std::size_t at = line.find(neuron.name);
                if (at != std::string::npos) {
                    names_[neuron.name] = {columns[at], y};
                }
            }
        }
    }

    [[nodiscard]] Edges edges() {
        Edges found;
        for (const NetworkGraph::Neuron& neuron : graph_.neurons) {
            for (const std::string& to : reached_from(neuron)) {
                found.emplace(neuron.name, to);
            }
        }
        return found;
    }

private:
    struct Place {
        std::size_t x = 0;
        std::size_t y = 0;
        friend auto operator<=>(const Place&, const Place&) = default;
    };

    enum Way { up, below, right, left };

    [[nodiscard]] std::string at(Place place) const {
        const bool inside = place.y < lines_.size() && place.x < lines_[place.y].size();
        return inside ? lines_[place.y][place.x] : " ";
    }

    /// Whether a line leaves the character that way.
    [[nodiscard]] static bool leaves(const std::string& sign, Way way) {
        static const std::map<Way, std::string> signs{
            {up, "│║╎└┘├┤┴┼╚╝╠╣╩╬"},
            {below, "│║╎┌┐├┤┬┼╔╗╠╣╦╬"},
            {right, "─═╌└┌├┴┬┼╚╔╠╩╦╬"},
            {left, "─═╌┘┐┤┴┬┼╝╗╣╩╦╬"},
        };
        return sign != " " && signs.at(way).find(sign) != std::string::npos;
    }

    [[nodiscard]] static bool is_head(const std::string& sign) {
        return sign == "▼" || sign == "▲" || sign == "▽" || sign == "△";
    }

    [[nodiscard]] static Place next(Place place, Way way) {
        place.x += way == right ? 1 : 0;
        place.x -= way == left ? 1 : 0;
        place.y += way == below ? 1 : 0;
        place.y -= way == up ? 1 : 0;
        return place;
    }

    /// The neuron whose name or kind stands at the place.
    [[nodiscard]] std::optional<std::string> neuron_at(Place place) const {
        for (const NetworkGraph::Neuron& neuron : graph_.neurons) {
            const Place name = names_.at(neuron.name);
            const std::size_t middle = name.x + width_of(neuron.name) / 2;
            const std::size_t half = std::max(width_of(neuron.name), width_of(neuron.kind)) / 2 + 8;
            if ((place.y == name.y || place.y == name.y + 1) && place.x + half >= middle &&
                place.x <= middle + half && nearest(place) == neuron.name) {
                return neuron.name;
            }
        }
        return std::nullopt;
    }

    /// Of the neurons in that row.
    [[nodiscard]] std::string nearest(Place place) const {
        std::string best;
        std::size_t distance_of_best = 10'000;
        for (const NetworkGraph::Neuron& neuron : graph_.neurons) {
            const Place name = names_.at(neuron.name);
            if (place.y != name.y && place.y != name.y + 1) {
                continue;
            }
            const auto middle = static_cast<long>(name.x + width_of(neuron.name) / 2);
            const auto width =
                static_cast<long>(std::max(width_of(neuron.name), width_of(neuron.kind)));
            const long off = std::abs(static_cast<long>(place.x) - middle) - width / 2;
            const auto distance = static_cast<std::size_t>(std::max(off, 0L));
            if (distance < distance_of_best) {
                best = neuron.name;
                distance_of_best = distance;
            }
        }
        return best;
    }

    std::set<std::string> reached_from(const NetworkGraph::Neuron& neuron) {
        std::set<std::string> found;
        seen_.clear();
        const Place name = names_.at(neuron.name);
        for (std::size_t x = 0; x < 400; ++x) {
            for (const Way way : {below, up}) {
                const Place start{x, way == below ? name.y + 2 : name.y - 1};
                if (start.y >= lines_.size() || is_head(at(start)) ||
                    !leaves(at(start), way == below ? up : below)) {
                    continue;
                }
                if (neuron_at({x, name.y}) == neuron.name && at({x, name.y}) != "│" &&
                    at({x, name.y}) != "║" && at({x, name.y}) != "╎") {
                    follow(start, found);
                }
            }
        }
        // Along the row: `name ╌╌▶ other`.
        Place along{name.x + width_of(neuron.name) + 1, name.y};
        if (at(along) == "╌" && at({along.x - 1, along.y}) == " ") {
            while (at(along) == "╌") {
                ++along.x;
            }
            EXPECT_TRUE(at(along) == "▶" || at(along) == "▷");
            found.insert(nearest({along.x + 2, along.y}));
        }
        return found;
    }

    void follow(Place place, std::set<std::string>& found) {  // NOLINT(misc-no-recursion)
        if (!seen_.insert(place).second) {
            return;
        }
        for (const Way way : {up, below, right, left}) {
            if (!leaves(at(place), way)) {
                continue;
            }
            Place to = next(place, way);
            const Way back = way == up ? below : way == below ? up : way == right ? left : right;
            // An upright line passes over one that lies.
            while ((way == left || way == right) && !leaves(at(to), back) &&
                   (leaves(at(to), up) && leaves(at(to), below))) {
                to = next(to, way);
            }
            if (is_head(at(to))) {
                const auto reached = neuron_at(next(to, way));
                EXPECT_TRUE(reached.has_value());
                found.insert(reached.value_or("nobody"));
            } else if (leaves(at(to), back)) {
                follow(to, found);
            }
        }
    }

    const NetworkGraph& graph_;
    std::vector<std::vector<std::string>> lines_;
    std::map<std::string, Place> names_;
    std::set<Place> seen_;
};

/// The connections of a list, whose lines are `name kind arrow names`.
Edges edges_in_list(const std::string& text) {
    Edges edges;
    std::istringstream lines(text.substr(0, text.find("\n\n")));
    std::string from;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> found;
        for (std::string word; words >> word;) {
            found.push_back(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
        }
        if (line[4] != ' ') {
            const bool labelled = line[0] == 'L';
            from = found[labelled ? 1 : 0];
            found.erase(found.begin(), found.begin() + (labelled ? 3 : 2));
        }
        for (const std::string& word : found) {
            if (!word.starts_with("─") && !word.starts_with("═") && !word.starts_with("╌")) {
                edges.emplace(from, word);
            }
        }
    }
    return edges;
}

/// As the language allows them: forward to the same or the next lower layer, then at most one layer
/// away, without a cycle.
NetworkGraph random_graph(std::uint64_t seed) {
    SeededRandom random(seed);
    const auto below = [&random](std::size_t end) { return random.next() % end; };
    NetworkGraph graph;
    const std::size_t count = 2 + below(14);
    for (std::size_t i = 0; i < count; ++i) {
        graph.neurons.push_back({
            .name = str("n", char('a' + i), std::string(below(9), 'x'), "."),
            .kind = std::string(1 + below(12), 'K'),
            .layer = 6 - static_cast<int>(i * (1 + below(4)) / count),
            .emits_many = below(3) == 0,
        });
    }
    graph.start = graph.neurons.front().name;
    std::vector<bool> has_then(count, false);
    Edges known;
    for (std::size_t tries = 0; tries < count * 2; ++tries) {
        const std::size_t from = below(count - 1);
        const std::size_t to = from + 1 + below(count - from - 1);
        const int step = graph.neurons[from].layer - graph.neurons[to].layer;
        const bool then = below(3) == 0 && !has_then[from] && step >= -1 && step <= 1;
        if ((!then && (step < 0 || step > 1)) ||
            !known.emplace(graph.neurons[from].name, graph.neurons[to].name).second) {
            continue;
        }
        has_then[from] = has_then[from] || then;
        graph.edges.push_back({.from = from, .to = to, .then = then, .maybe = below(4) == 0});
    }
    return graph;
}

NetworkGraph reduce_then_go_on() {
    return Builder()
        .neuron("changelogs", 6, "files.list", true)
        .neuron("rank", 6, "json.split", true)
        .neuron("text", 5, "files.read")
        .neuron("write", 5, "model")
        .neuron("check", 5, "text.check")
        .neuron("write2", 5, "model")
        .neuron("facts", 4, "text.extract")
        .forward("changelogs", "text")
        .then("changelogs", "rank")
        .forward("text", "facts")
        .forward("rank", "write")
        .then("write", "check")
        .then("check", "write2", true)
        .graph();
}

TEST(NetworkDrawingTest, LayersAreRowsAndThenLeadsAlongThem) {
    EXPECT_EQ(
        draw(reduce_then_go_on(), 80),
        R"(L6   changelogs ╌╌╌╌╌╌╌▶ rank
     files.list       json.split
          ║                ║
          ▼                ▼
L5      text             write ╌╌╌╌╌╌╌▶ check ╌╌╌╌╌╌▷ write2
     files.read          model       text.check        model
          │
          ▼
L4      facts
    text.extract

─▶ forward   ═▶ forward, once for each value   ╌▶ then   ▷ maybe: a condition, a choice
)"
    );
}

TEST(NetworkDrawingTest, LinesThatCrossDoNotTouch) {
    const NetworkGraph graph = Builder()
                                   .neuron("a", 3, "split", true)
                                   .neuron("b", 3, "delay")
                                   .neuron("c", 2, "delay")
                                   .neuron("d", 2, "delay")
                                   .forward("a", "c")
                                   .forward("a", "d", true)
                                   .forward("b", "c")
                                   .forward("b", "d", true)
                                   .graph();
    EXPECT_EQ(
        draw(graph, 80),
        R"(L3    a       b
    split   delay
      ║       │
    ╔═╩═════╗ │
    ║   ┌───║─┴─┐
    ▼   ▼   ▽   ▽
L2    c       d
    delay   delay

─▶ forward   ═▶ forward, once for each value   ▷ maybe: a condition, a choice
)"
    );
}

TEST(NetworkDrawingTest, WhatIsTooWideIsBrokenIntoRowsAndAtLastIntoAList) {
    Builder builder;
    builder.neuron("start", 5, "json.split", true);
    for (const char* const name : {"one", "two", "three", "four", "five", "six"}) {
        builder.neuron(name, 4, "text.extract").forward("start", name);
    }
    const NetworkGraph graph = builder.graph();
    const std::string wide = draw(graph, 120);
    const std::string narrow = draw(graph, 60);
    EXPECT_LT(std::ranges::count(wide, '\n'), std::ranges::count(narrow, '\n'));
    EXPECT_EQ(Finger(graph, narrow).edges(), edges_of(graph));
    EXPECT_THAT(
        draw(graph, 12),
        StartsWith("L5  start  json.split    ═▶ one, two, three, four,\n"
                   "                            five, six\n"
                   "L4  one    text.extract\n")
    );
}

TEST(NetworkDrawingTest, ManyNeuronsAreAList) {
    Builder builder;
    builder.neuron("start", 2, "json.split", true);
    for (int i = 0; i < 100; ++i) {
        builder.neuron(str("n", i), 1, "delay").forward("start", str("n", i), i % 2 == 0);
    }
    const NetworkGraph graph = builder.graph();
    const std::string list = draw(graph, 80);
    EXPECT_THAT(list, StartsWith("L2  start  json.split  ═▷ n0  ═▶ n1"));
    EXPECT_EQ(edges_in_list(list), edges_of(graph));
}

TEST(NetworkDrawingTest, EveryConnectionCanBeFollowedAndNoOther) {
    int pictures = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        const NetworkGraph graph = random_graph(seed);
        for (const std::size_t columns : {60U, 80U, 120U, 200U}) {
            const std::string drawn = draw(graph, columns);
            // In a list kinds stand beside names.
            const bool picture = drawn.substr(0, drawn.find('\n')).find('K') == std::string::npos;
            pictures += picture ? 1 : 0;
            const Edges found = picture ? Finger(graph, drawn).edges() : edges_in_list(drawn);
            if (picture) {
                for (const auto& line : characters(drawn.substr(0, drawn.find("\n\n")))) {
                    EXPECT_LE(line.size(), columns);
                }
            }
            ASSERT_EQ(found, edges_of(graph)) << "seed " << seed << "\n" << drawn;
        }
    }
    EXPECT_GT(pictures, 300);
}

TEST(NetworkDrawingTest, NamesCannotMoveTheCursor) {
    const NetworkGraph graph = Builder().neuron("a\x1b[2J", 1, "k\n").graph();
    EXPECT_THAT(draw(graph, 80), HasSubstr("a\\x1b[2J"));
    EXPECT_THAT(draw(graph, 80), Not(HasSubstr("\x1b")));
    EXPECT_THAT(draw(graph, 80), HasSubstr("k\\n"));
}

TEST(NetworkDrawingTest, ANetworkWithoutNeuronsIsNothing) {
    EXPECT_EQ(draw({}, 80), "");
}

}  // namespace
}  // namespace hal9::app
