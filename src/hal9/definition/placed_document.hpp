// PlacedDocument: any YAML or JSON text as one value, with the place of everything in it.
//
// For texts whose parts are pointed at later, such as the cases of `hal9 test`: what a value should
// have been is told where it stands, however deep in lists. Read with the care that definitions
// get, like a Document.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/model/limits.hpp"

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

/// Both from 1; the column counts bytes. 0:0 is the text as a whole.
struct TextPlace {
    std::size_t line = 0;
    std::size_t column = 0;

    friend auto operator<=>(const TextPlace&, const TextPlace&) = default;
};

class PlacedDocument {
public:
    /// A text without content is a fault.
    [[nodiscard]] static std::expected<PlacedDocument, std::vector<Fault>>
    read(std::string_view text, const Limits& limits = {});

    [[nodiscard]] const json::value& value() const { return value_; }

    /// Of the value at this JSON Pointer (RFC 6901), or of the nearest one above it that is there.
    [[nodiscard]] TextPlace place(std::string_view pointer) const;
    /// Of the name of the member at this pointer; of all else, and of what is not there, as above.
    [[nodiscard]] TextPlace name_place(std::string_view pointer) const;

private:
    struct Places {
        TextPlace name;
        TextPlace value;
    };

    [[nodiscard]] const Places& nearest(std::string_view pointer) const;

    json::value value_;
    std::map<std::string, Places, std::less<>> places_;
};

/// The pointer to a member of what `parent` points to (RFC 6901, section 3).
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view name);

}  // namespace hal9::definition
