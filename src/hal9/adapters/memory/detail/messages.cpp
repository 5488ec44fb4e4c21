#include "hal9/adapters/memory/detail/messages.hpp"

#include "hal9/adapters/memory/detail/words.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::memory::detail {

Result<Body> take_message(Tables& tables, const OpenKey& receiver, std::uint32_t number) {
    const auto place = std::pair(run_of(receiver.signal), number);
    const Message* const message = tables.messages.find(place);
    if (message == nullptr) {
        return fail(
            ErrorCode::conflict,
            str("reopening of ",
                name_of(receiver.signal),
                ": expected message ",
                number,
                " of its run, found none")
        );
    }
    Body body = message->body;
    tables.messages.erase(place);
    return body;
}

void drop_messages(Tables& tables, RunId run) {
    const auto& rows = tables.messages.rows();
    for (auto at = rows.lower_bound({run, 0}); at != rows.end() && at->first.first == run;
         at = rows.lower_bound({run, 0})) {
        tables.messages.erase(at->first);
    }
}

}  // namespace hal9::memory::detail
