// What a definition is told about the settings of real kinds, beyond what tests of the language say
// of schemas in general.
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faults_of(std::string_view neurons) {
    PreparedFiles files;
    const auto kinds = descriptions(make_kinds(files));
    const auto parsed =
        definition::parse_network(str("hal9: 1\nname: n\nstart: a\nneurons:\n", neurons), kinds);
    std::vector<std::string> out;
    if (!parsed) {
        for (const definition::Fault& fault : parsed.error()) {
            out.push_back(definition::to_string(fault, "n"));
        }
    }
    return out;
}

TEST(SettingsFaults, AnUpdateNeedsAValueUnlessItHasOne) {
    const auto update = [](std::string_view settings) {
        return faults_of(
            str("  a: {layer: L1, kind: state.update, key: '${/k}', settings: {", settings, "}}\n")
        );
    };
    EXPECT_THAT(update("op: increment"), IsEmpty());
    EXPECT_THAT(update("op: delete"), IsEmpty());
    EXPECT_THAT(update("op: merge, value: '${/v}'"), IsEmpty());
    EXPECT_THAT(
        update("op: set"),
        ElementsAre(HasSubstr("settings of neuron \"a\": the key \"value\" is missing; add it"))
    );
    EXPECT_THAT(update("op: add"), ElementsAre(HasSubstr("setting \"op\" of neuron \"a\"")));
}

TEST(SettingsFaults, ARouteLeadsToAChild) {
    const auto route = [](std::string_view to) {
        return faults_of(
            str("  a:\n    layer: L2\n    kind: json.route\n    forward: [b]\n    settings:\n"
                "      routes: [{when: {at: /x, eq: '${/y}'}, to: ",
                to,
                "}]\n  b: {layer: L1, kind: json.map, settings: {value: 1}}\n")
        );
    };
    EXPECT_THAT(route("b"), IsEmpty());
    EXPECT_THAT(
        route("c"),
        testing::Contains(HasSubstr("n:10:50: a route of neuron \"a\" leads to \"c\""))
    );
    EXPECT_THAT(route("'${/to}'"), testing::Contains(HasSubstr("takes no ${}")));
}

TEST(SettingsFaults, AWhenIsAPredicate) {
    EXPECT_THAT(
        faults_of("  a: {layer: L1, kind: json.filter, settings: {when: {at: /x, equals: 1}}}\n"),
        ElementsAre(HasSubstr("n:5:63: setting \"when\" of neuron \"a\": unknown key \"equals\""))
    );
}

}  // namespace
}  // namespace hal9::neurons
