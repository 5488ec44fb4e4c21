#include "hal9/neurons/catalog.hpp"

#include "hal9/base/json.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace hal9::neurons {
namespace {

std::vector<KindDescription> all() {
    PreparedFiles files;
    return descriptions(make_kinds(files));
}

TEST(Catalog, KindsAreSortedAndNamedOnce) {
    std::vector<std::string> names;
    for (const KindDescription& kind : all()) {
        names.push_back(kind.name);
    }
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    EXPECT_GT(names.size(), 10U);
}

TEST(Catalog, EveryKindDescribesItselfInJsonSchema) {
    for (const KindDescription& kind : all()) {
        const auto settings = parse_json(kind.settings_schema);
        ASSERT_TRUE(settings) << kind.name << ": " << settings.error().message;
        EXPECT_EQ(settings->at("type"), "object") << kind.name;
        EXPECT_EQ(settings->at("additionalProperties"), false) << kind.name;
        EXPECT_TRUE(settings->at("properties").is_object()) << kind.name;
        ASSERT_TRUE(parse_json(kind.output_schema)) << kind.name;
        EXPECT_FALSE(kind.summary.empty()) << kind.name;
        EXPECT_EQ(kind.summary.find('\n'), std::string::npos) << kind.name;
        EXPECT_GE(kind.revision, 1U) << kind.name;
    }
}

TEST(Catalog, WhatTouchesFilesNeedsTheirCapabilityAndIsAsynchronous) {
    for (const KindDescription& kind : all()) {
        const bool touches_files = kind.name.starts_with("files.");
        EXPECT_EQ(kind.capability, touches_files ? "files.read" : "") << kind.name;
        EXPECT_EQ(kind.form == HandlerForm::asynchronous, touches_files) << kind.name;
    }
}

TEST(Catalog, HandlersHaveTheFormThatTheirKindDeclares) {
    PreparedFiles files;
    for (const auto& kind : make_kinds(files)) {
        const auto handler = kind->make({{"op", "set"}});  // which state.update cannot do without
        ASSERT_TRUE(handler) << kind->description().name;
        EXPECT_EQ(
            std::holds_alternative<std::unique_ptr<AsyncHandler>>(*handler),
            kind->description().form == HandlerForm::asynchronous
        );
    }
}

}  // namespace
}  // namespace hal9::neurons
