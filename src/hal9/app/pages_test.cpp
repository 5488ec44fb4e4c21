#include "hal9/app/pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app {
namespace {

/// Numbers as a service lists them: those behind `after`, at most `page_max` at once.
class Numbers {
public:
    Numbers(std::uint32_t count, std::uint32_t page_max) : count_(count), page_max_(page_max) {}

    Result<json::value> answer(const json::object& params) {
        ++asked_;
        std::uint32_t first = 0;
        if (const json::value* after = params.if_contains("after")) {
            const std::string_view text = after->as_string();
            std::from_chars(text.data(), text.data() + text.size(), first);
            ++first;
        }
        json::array page;
        for (std::uint32_t i = first; i < std::min(count_, first + page_max_); ++i) {
            page.push_back(json::object{{"id", std::to_string(i)}});
        }
        return page;
    }

    [[nodiscard]] std::uint32_t asked() const { return asked_; }

private:
    std::uint32_t count_;
    std::uint32_t page_max_;
    std::uint32_t asked_ = 0;
};

std::vector<std::string> all_of(Numbers& numbers) {
    Pages pages([&](const json::object& params) { return numbers.answer(params); });
    std::vector<std::string> ids;
    while (true) {
        const auto page = pages.next();
        EXPECT_TRUE(page);
        if (!page || page->empty()) {
            return ids;
        }
        for (const json::value& element : *page) {
            ids.emplace_back(element.at("id").as_string());
        }
    }
}

TEST(PagesTest, EveryElementComesOnce) {
    for (const std::uint32_t count : {0U, 1U, 999U, 1'000U, 1'001U, 2'500U}) {
        Numbers numbers(count, 1'000);
        const auto ids = all_of(numbers);
        ASSERT_EQ(ids.size(), count);
        for (std::uint32_t i = 0; i < count; ++i) {
            ASSERT_EQ(ids[i], std::to_string(i));
        }
    }
}

TEST(PagesTest, AShortPageIsNotTheEnd) {
    Numbers numbers(5, 1);
    EXPECT_EQ(all_of(numbers).size(), 5U);
    EXPECT_EQ(numbers.asked(), 6U);
}

TEST(PagesTest, WhereMoreIsLookedThroughThanShownTheAnswerSaysHowToGoOn) {
    std::vector<std::string> asked;
    Pages pages([&](const json::object& params) -> Result<json::value> {
        const json::value* const after = params.if_contains("after");
        asked.emplace_back(after == nullptr ? "" : after->as_string());
        const std::string at = asked.back();
        if (at.empty()) {
            return json::object{{"items", json::array{}}, {"next", "b"}};
        }
        json::array items{json::object{{"id", at == "b" ? "d" : "f"}}};
        return json::object{
            {"items", std::move(items)},
            {"next", at == "b" ? json::value("e") : json::value(nullptr)}
        };
    });
    std::string seen;
    const auto visited =
        pages.visit([&seen](const json::value& element) { seen += element.at("id").as_string(); });
    EXPECT_EQ(visited.value(), 2U);
    EXPECT_EQ(seen, "df");
    EXPECT_EQ(asked, (std::vector<std::string>{"", "b", "e"}));
}

TEST(PagesTest, TheErrorOfALaterPageIsHandedOn) {
    int asked = 0;
    Pages pages([&](const json::object&) -> Result<json::value> {
        if (++asked == 1) {
            return json::array{json::object{{"id", "a"}}};
        }
        return fail(ErrorCode::unavailable, "gone");
    });
    EXPECT_EQ(pages.next().value().size(), 1U);
    EXPECT_EQ(pages.next().error().code, ErrorCode::unavailable);
}

TEST(PagesTest, VisitsEveryElementAndSaysHowManyThereWere) {
    int pages_left = 3;
    Pages pages([&pages_left](const json::object&) -> Result<json::value> {
        return pages_left-- > 1 ? json::array{json::object{{"id", "a"}}, json::object{{"id", "b"}}}
                                : json::array{};
    });
    std::string seen;
    const auto visited =
        pages.visit([&seen](const json::value& element) { seen += element.at("id").as_string(); });
    EXPECT_EQ(visited.value(), 4U);
    EXPECT_EQ(seen, "abab");

    Pages broken([](const json::object&) -> Result<json::value> {
        return fail(ErrorCode::unavailable, "gone");
    });
    EXPECT_FALSE(broken.visit([](const json::value&) {}).has_value());
}

}  // namespace
}  // namespace hal9::app
