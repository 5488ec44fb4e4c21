#include "hal9/adapters/system/gunzip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include <memory>
#include <string>

namespace hal9::adapters {
namespace {

using testing::HasSubstr;

constexpr std::size_t mebibyte = 1U << 20U;

std::string gzip(std::string_view content) {
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> packer(
        libdeflate_alloc_compressor(9),
        &libdeflate_free_compressor
    );
    std::string out(libdeflate_gzip_compress_bound(packer.get(), content.size()), '\0');
    out.resize(libdeflate_gzip_compress(
        packer.get(),
        content.data(),
        content.size(),
        out.data(),
        out.size()
    ));
    return out;
}

ErrorCode refusal(std::string_view bytes, std::size_t bytes_max = mebibyte) {
    const auto unpacked = gunzip(bytes, bytes_max);
    EXPECT_FALSE(unpacked.has_value());
    return unpacked ? ErrorCode::internal : unpacked.error().code;
}

TEST(Gunzip, GzipIsToldByItsFirstBytes) {
    EXPECT_TRUE(is_gzip(gzip("")));
    EXPECT_FALSE(is_gzip(""));
    EXPECT_FALSE(is_gzip("\x1F\x8B"));
    EXPECT_FALSE(is_gzip("bash (5.2-1) unstable; urgency=medium"));
}

TEST(Gunzip, UnpacksOneMember) {
    EXPECT_EQ(gunzip(gzip("hello"), mebibyte), "hello");
    EXPECT_EQ(gunzip(gzip(""), mebibyte), "");
    EXPECT_EQ(gunzip(gzip(""), 0), "");
    const std::string large(mebibyte, 'x');
    EXPECT_EQ(gunzip(gzip(large), mebibyte), large);
}

TEST(Gunzip, UnpacksAllMembersOneAfterTheOther) {
    EXPECT_EQ(gunzip(gzip("a") + gzip("") + gzip("bc"), mebibyte), "abc");
    EXPECT_EQ(gunzip(gzip("long one") + gzip("x"), mebibyte), "long onex");
    EXPECT_EQ(gunzip(gzip("x") + gzip("long one"), 9), "xlong one");
    EXPECT_EQ(refusal(gzip("x") + gzip("long one"), 8), ErrorCode::limit_exceeded);
}

TEST(Gunzip, ZeroBytesBehindTheLastMemberArePadding) {
    EXPECT_EQ(gunzip(gzip("a") + std::string(1'000, '\0'), mebibyte), "a");
    EXPECT_EQ(gunzip(gzip("a") + gzip("b") + std::string(3, '\0'), mebibyte), "ab");
}

TEST(Gunzip, AnythingElseBehindTheLastMemberIsAnError) {
    const auto unpacked = gunzip(gzip("a") + "junk", mebibyte);
    ASSERT_FALSE(unpacked);
    EXPECT_EQ(unpacked.error().code, ErrorCode::data_loss);
    EXPECT_THAT(unpacked.error().message, HasSubstr("follows the gzip data"));
    EXPECT_EQ(refusal(gzip("a") + std::string(4, '\0') + "x"), ErrorCode::data_loss);
}

TEST(Gunzip, ABombIsRefusedAtTheLimit) {
    const std::string bomb = gzip(std::string(64 * mebibyte, '\0'));
    EXPECT_LT(bomb.size(), mebibyte);
    EXPECT_EQ(refusal(bomb), ErrorCode::limit_exceeded);
    EXPECT_EQ(refusal(gzip("ab"), 1), ErrorCode::limit_exceeded);
}

TEST(Gunzip, ATrailerThatLiesAboutTheSizeIsNotBelieved) {
    // The trailer of the last member announces one byte, so a buffer made by it is too small.
    const std::string small_last = gzip(std::string(64 * mebibyte, '\0')) + gzip("x");
    EXPECT_EQ(refusal(small_last), ErrorCode::limit_exceeded);
    std::string lying = gzip("hello");
    for (std::size_t i = lying.size() - 4; i < lying.size(); ++i) {
        lying[i] = '\xFF';
    }
    EXPECT_EQ(refusal(lying), ErrorCode::data_loss);
    lying.replace(lying.size() - 4, 4, std::string("\x02\0\0\0", 4));
    EXPECT_EQ(refusal(lying), ErrorCode::data_loss);
}

TEST(Gunzip, EveryCutAndEveryDamagedByteOfTheDataIsNoticed) {
    const std::string whole = gzip("some text that is long enough to be packed, packed, packed");
    for (std::size_t size = 3; size < whole.size(); ++size) {
        EXPECT_EQ(refusal(std::string_view(whole).substr(0, size)), ErrorCode::data_loss) << size;
    }
    for (std::size_t at = 10; at < whole.size(); ++at) {  // behind the header
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const ErrorCode code = refusal(damaged);
        EXPECT_TRUE(code == ErrorCode::data_loss || code == ErrorCode::limit_exceeded) << at;
    }
}

}  // namespace
}  // namespace hal9::adapters
