// What the kinds say of their output, checked along the connections of a network.
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct EdgeCase {
    std::string_view network;  ///< from `start` on
    std::string_view fault;    ///< all of it
};

void PrintTo(const EdgeCase& value, std::ostream* out) {
    *out << value.fault;
}

std::vector<std::string> faults_of(std::string_view network) {
    PreparedFiles files;
    const auto kinds = descriptions(make_kinds(files));
    const auto parsed = definition::parse_network(str("hal9: 1\nname: n\n", network), kinds);
    std::vector<std::string> out;
    if (!parsed) {
        for (const definition::Fault& fault : parsed.error()) {
            out.push_back(definition::to_string(fault, "n.yaml"));
        }
    }
    return out;
}

class EdgeFault : public testing::TestWithParam<EdgeCase> {};

TEST_P(EdgeFault, IsToldAtItsPlace) {
    EXPECT_THAT(faults_of(GetParam().network), ElementsAre(GetParam().fault));
}

constexpr EdgeCase faulty[] = {
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.split, settings: {text: "${/t}", on: x}, forward: [b], combine: {n: {count: children}}}
  b: {layer: L1, kind: json.map, settings: {value: {word: "${/txt}"}}}
)",
     .fault =
         R"(n.yaml:6:59: setting "value/word" of neuron "b": ${/txt} names nothing: what neuron "a" forwards to it has no member "txt"; did you mean `text`?)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: files.read, settings: {path: "${/path}"}, forward: [b]}
  b:
    layer: L1
    kind: text.split
    settings:
      on: x
      text: "${/bytes}"
)",
     .fault =
         R"(n.yaml:11:13: setting "text" of neuron "b": ${/bytes} is a number in what neuron "a" forwards to it; allowed: a string)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: files.read, settings: {path: "${/path}"}, forward: [b]}
  b: {layer: L1, kind: text.split, settings: {text: "${/bytes?}", on: x}}
)",
     .fault =
         R"(n.yaml:6:53: setting "text" of neuron "b": ${/bytes} is null or a number in what neuron "a" forwards to it; allowed: a string)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: files.read, settings: {path: "${/path}"}, forward: [b]}
  b: {layer: L1, kind: json.map, settings: {value: "size: ${/text/size}"}}
)",
     .fault =
         R"(n.yaml:6:52: setting "value" of neuron "b": ${/text/size} names nothing: what neuron "a" forwards to it has "/text", which is a string and has no members)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.replace, settings: {text: "${/t}", pattern: x, with: y}, forward: [b]}
  b: {layer: L1, kind: json.map, settings: {value: "${/count | lines}"}}
)",
     .fault =
         R"(n.yaml:6:52: setting "value" of neuron "b": ${/count} is a number in what neuron "a" forwards to it, and the filter `lines` takes null or a list)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.extract, settings: {text: "${/t}", one: {id: x, n: {find: y, as: number}}, each: {cve: z}, rows: found}, forward: [b]}
  b: {layer: L1, kind: text.split, settings: {text: "${/found}", on: x}}
)",
     .fault =
         R"(n.yaml:6:53: setting "text" of neuron "b": ${/found} is a list in what neuron "a" forwards to it; allowed: a string)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.extract, settings: {text: "${/t}", one: {id: x}, each: {cve: z}, rows: found}, forward: [b]}
  b: {layer: L2, kind: json.split, settings: {list: "${/found}"}, forward: [c], combine: {n: {count: children}}}
  c: {layer: L1, kind: json.map, settings: {value: "${/cvee}"}}
)",
     .fault =
         R"(n.yaml:7:52: setting "value" of neuron "c": ${/cvee} names nothing: what neuron "b" forwards to it has no member "cvee"; did you mean `cve`?)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: json.map, settings: {value: {a: {b: [1, 2]}}}, forward: [b]}
  b: {layer: L1, kind: json.map, settings: {value: "${/a/c}"}}
)",
     .fault =
         R"(n.yaml:6:52: setting "value" of neuron "b": ${/a/c} names nothing: what neuron "a" forwards to it has no member "c" at "/a"; did you mean `b`?)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.split, settings: {text: "${/t}", on: x}, forward: [w], combine: {top: {count: "", by: "", top: 3}}, then: b}
  w: {layer: L1, kind: json.map, settings: {value: "${/text}"}}
  b: {layer: L2, kind: json.split, settings: {list: "${/top}"}, forward: [c], combine: {n: {count: children}}}
  c: {layer: L1, kind: json.map, settings: {value: "${/word}"}}
)",
     .fault =
         R"(n.yaml:8:52: setting "value" of neuron "c": ${/word} names nothing: what neuron "b" forwards to it has no member "word"; allowed: count, key, value)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: text.split, settings: {text: "${/t}", on: x}, forward: [w], combine: {n: {count: children}}, then: b}
  w: {layer: L1, kind: json.map, settings: {value: "${/text}"}}
  b: {layer: L2, kind: json.map, settings: {value: "${/m}"}}
)",
     .fault =
         R"(n.yaml:7:52: setting "value" of neuron "b": ${/m} names nothing: the result that neuron "a" hands to it has no member "m"; did you mean `n`?)"
    },
    {.network =
         R"(input: {type: object, additionalProperties: false, properties: {directory: {type: string}}}
start: a
neurons:
  a: {layer: L2, kind: files.list, settings: {directory: "${/dir}"}}
)",
     .fault =
         R"(n.yaml:6:58: setting "directory" of neuron "a": ${/dir} names nothing: the network's `input` has no member "dir"; allowed: directory)"
    },
    {.network = R"(input: {properties: {count: {type: integer}}}
start: a
neurons:
  a: {layer: L2, kind: files.list, settings: {directory: "${/d}"}, forward: [b], combine: {n: {count: children}}}
  b: {layer: L1, kind: files.read, settings: {path: "${run:/count}"}}
)",
     .fault =
         R"(n.yaml:7:53: setting "path" of neuron "b": ${run:/count} is a number in the network's `input`; allowed: a string)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: human, settings: {question: q, form: {type: object, additionalProperties: false, properties: {approved: {type: boolean}}}}, then: b}
  b: {layer: L2, kind: json.map, settings: {value: "${/answer/aproved}"}}
)",
     .fault =
         R"(n.yaml:6:52: setting "value" of neuron "b": ${/answer/aproved} names nothing: the result that neuron "a" hands to it has no member "aproved" at "/answer"; did you mean `approved`?)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L2, kind: json.map, settings: {value: {id: 1}}, forward: [b]}
  b: {layer: L1, kind: state.update, key: "${/name}", settings: {op: increment}}
)",
     .fault =
         R"(n.yaml:6:43: "key" of neuron "b": ${/name} names nothing: what neuron "a" forwards to it has no member "name"; allowed: id)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {id: 1}}, forward: [b]}
  b: {layer: L2, kind: delay, settings: {for: 1s}, forward: [{to: c, when: {at: /id, eq: "${/idd}"}}]}
  c: {layer: L1, kind: delay, settings: {for: 1s}}
)",
     .fault =
         R"(n.yaml:6:90: "when" of neuron "b": ${/idd} names nothing: what neuron "a" forwards to it has no member "idd"; did you mean `id`?)"
    },
    {.network = R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {id: 1}}, forward: [b, c]}
  b: {layer: L2, kind: delay, settings: {for: 1s}, forward: [{any_of: [d, c]}]}
  c: {layer: L2, kind: json.map, settings: {value: {n: 1}}, forward: [d]}
  d: {layer: L2, kind: json.map, settings: {value: "${/n}"}}
)",
     .fault =
         R"(n.yaml:8:52: setting "value" of neuron "d": ${/n} names nothing: what neuron "b" forwards to it has no member "n"; allowed: id)"
    },
};

INSTANTIATE_TEST_SUITE_P(Edges, EdgeFault, testing::ValuesIn(faulty));

TEST(Edges, WhatMayBeFilledIsNoFault) {
    for (const std::string_view network : {
             // What `keep` copies is there.
             R"(start: a
neurons:
  a: {layer: L2, kind: text.split, settings: {text: "${/t}", on: x}, keep: [id], forward: [b], combine: {n: {count: children}}, then: c}
  b: {layer: L1, kind: json.map, settings: {value: "${/id}"}}
  c: {layer: L1, kind: json.map, settings: {value: "${/id} ${/n}"}}
)",
             // Null where there is none.
             R"(start: a
neurons:
  a: {layer: L2, kind: files.read, settings: {path: "${/p}"}, forward: [b]}
  b: {layer: L1, kind: json.map, settings: {value: "${/nothing?} ${/nothing? | json}"}}
)",
             // A list may be empty, and then its first element is as null.
             R"(start: a
neurons:
  a: {layer: L2, kind: text.extract, settings: {text: "${/t}", each: {n: x}, rows: rows}, forward: [b]}
  b: {layer: L1, kind: text.split, settings: {text: "${/rows/0? | lines}", on: x}}
)",
             // A number or a text: the call will tell.
             R"(input: {properties: {t: {type: [string, number]}}}
start: a
neurons:
  a: {layer: L2, kind: text.split, settings: {text: "${/t}", on: x}}
)",
             // As a part of a text anything will do.
             R"(start: a
neurons:
  a: {layer: L2, kind: files.read, settings: {path: "${/p}"}, forward: [b]}
  b: {layer: L1, kind: text.split, settings: {text: "${/bytes} ${/replaced | json}", on: x}}
)",
             // Nobody knows what a child run, a message or an open form brings.
             R"(start: a
neurons:
  a: {layer: L3, kind: network, settings: {network: m}, forward: [b]}
  b: {layer: L2, kind: receive, settings: {name: "${/any/thing}"}, forward: [c]}
  c: {layer: L1, kind: human, settings: {question: "${/message/any}"}, then: d}
  d: {layer: L1, kind: json.map, settings: {value: "${/answer/any/0}"}}
)",
             // A form, fields and names that come with the call.
             R"(start: a
neurons:
  a: {layer: L3, kind: human, settings: {question: q, form: {type: object, additionalProperties: false, properties: {x: "${/x}"}, enum: ["${/y}"]}}, then: b}
  b: {layer: L3, kind: json.map, settings: {value: "${/answer/x/y}"}}
)",
             R"(start: a
neurons:
  a: {layer: L3, kind: text.extract, settings: {text: "${/t}", one: "${/fields}"}, forward: [b]}
  b: {layer: L2, kind: text.extract, settings: {text: "${/x}", each: {y: y}, rows: "$${/rows}"}, forward: [c]}
  c: {layer: L1, kind: json.map, settings: {value: "${/z}"}}
)",
             // One of two ways brings it, and of the other nothing is known.
             R"(start: a
neurons:
  a: {layer: L3, kind: network, settings: {network: m}, forward: [b, c]}
  b: {layer: L2, kind: delay, settings: {for: 1s}, forward: [c]}
  c: {layer: L2, kind: json.map, settings: {value: "${/x}"}}
)",
             // A value that stands for a failed child's result.
             R"(start: a
neurons:
  a: {layer: L3, kind: fail, on_child_error: {value: {x: 1}}, forward: [b], then: c}
  b: {layer: L2, kind: json.map, settings: {value: {y: 1}}}
  c: {layer: L3, kind: json.map, settings: {value: "${/x}"}}
)",
             // Where no condition holds, what was emitted is the result.
             R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {x: 1}}, forward: [{to: b, when: {at: /x, eq: 2}}], then: c}
  b: {layer: L2, kind: json.map, settings: {value: {y: 1}}}
  c: {layer: L3, kind: json.map, settings: {value: "${/x}"}}
)",
             // By `as` a member is added.
             R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {x: 1}}, forward: [b], then: d}
  b: {layer: L2, kind: json.map, settings: {value: {y: 1}}, then: {to: c, as: z}}
  c: {layer: L2, kind: json.map, settings: {value: {word: w}}}
  d: {layer: L3, kind: json.map, settings: {value: "${/y} ${/z/word}"}}
)",
             // Results by name, and the text of a list's elements.
             R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {x: 1}}, forward: [b, c], then: d}
  b: {layer: L2, kind: json.map, settings: {value: {y: [p, q]}}}
  c: {layer: L2, kind: json.map, settings: {value: [1, {z: 2}]}}
  d: {layer: L3, kind: text.split, settings: {text: "${/b/y/1}", on: "${/c/1/z | json}"}}
)",
         }) {
        EXPECT_THAT(faults_of(network), IsEmpty()) << network;
    }
}

TEST(Edges, AreNotCheckedAgainOnceTheNetworkIsStored) {
    PreparedFiles files;
    const auto kinds = descriptions(make_kinds(files));
    const std::string_view stored =
        R"({"hal9":1,"name":"n","neurons":{"a":{"forward":["b"],"kind":"json.map","layer":"L2",)"
        R"("settings":{"value":{"x":1}}},"b":{"kind":"json.map","layer":"L1",)"
        R"("settings":{"value":"${/y}"}}},"start":"a"})";
    EXPECT_FALSE(definition::parse_network(stored, kinds));
    const auto network = definition::parse_stored_network(stored, kinds);
    ASSERT_TRUE(network);
    EXPECT_EQ(network->canonical, stored);
}

TEST(Edges, OneFaultIsToldOnce) {
    EXPECT_EQ(
        faults_of(R"(start: a
neurons:
  a: {layer: L3, kind: json.map, settings: {value: {x: 1}}, forward: [b, c, d]}
  b: {layer: L2, kind: json.map, settings: {value: {x: 1}}, forward: [d]}
  c: {layer: L2, kind: json.map, settings: {value: {x: 1}}, forward: [d]}
  d: {layer: L2, kind: json.map, settings: {value: "${/y} ${/x}"}}
)")
            .size(),
        1U
    );
}

}  // namespace
}  // namespace hal9::neurons
