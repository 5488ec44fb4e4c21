// ForkPlan: as what each signal of a run goes into its fork. Pure.
//
// Source: signals.md section 3. The ancestors of the chosen signal wait again, in the phase in
// which they emitted the next one on the way down; what ended and is none of its descendants stays
// as it ended; the chosen signal, and whatever else those ancestors wait for, runs anew, and so do
// children of theirs whose failure would fail them again. Under another version of the network what
// ended counts only where its neuron, and all that its neuron hands work to, is unchanged. Signals
// keep their numbers.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/ports/transaction.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace hal9::runtime {

class ForkPlan {
public:
    struct Asked {
        OrganizationId organization;
        RunId from;
        RunId to;
        WallTime now;
        std::uint64_t released = 0;     ///< place of all of it in the order of releases
        std::uint32_t last_number = 0;  ///< of the source
        std::uint32_t chunk_signals_max = 0;
    };

    /// `path` leads from the root to the chosen signal, both included. The networks are those of
    /// the source and of the fork. invalid_argument: a neuron on the path is not in the fork's.
    [[nodiscard]] static Result<ForkPlan> make(
        const Asked& asked,
        std::vector<SignalRecord> path,
        const definition::Network& source,
        const definition::Network& target
    );

    /// The next signal of the source, in the order of numbers: adds what becomes of it.
    void add(const SignalRecord& signal, CopySignals& copy);
    /// After the last: the ancestors that wait.
    void finish(CopySignals& copy);

private:
    struct Ancestor {
        SignalRecord record;
        NeuronIndex neuron;  ///< in the fork's network
        WallTime deadline;
        std::uint16_t phase = 0;          ///< in which it waits again
        std::uint16_t highest_phase = 0;  ///< of those that have children
        std::uint32_t first_child = 0;    ///< of that phase; 0: none yet
        std::uint32_t pending = 0;
    };

    ForkPlan(const Asked& asked, std::vector<bool> kept) : asked_(asked), kept_(std::move(kept)) {}

    void add_child(Ancestor& parent, const SignalRecord& signal, CopySignals& copy);
    [[nodiscard]] bool counts_as_it_ended(const Ancestor& parent, const SignalRecord& signal) const;
    void add_anew(const SignalRecord& signal, WallTime above, CopySignals& copy);
    void add_ended(const SignalRecord& signal, CopySignals& copy);
    void put_in_chunk(const Ancestor& parent, const SignalRecord& signal, CopySignals& copy);
    void close_chunk(CopySignals& copy);
    [[nodiscard]] WallTime deadline_of(NeuronIndex neuron, WallTime above) const;

    [[nodiscard]] const definition::Neuron& neuron(NeuronIndex index) const {
        return target_->neuron(index);
    }

    Asked asked_;
    const definition::Network* target_ = nullptr;
    std::vector<std::optional<NeuronIndex>> mapped_;  ///< by NeuronIndex of the source
    std::vector<bool> unchanged_;                     ///< likewise
    std::map<std::uint32_t, Ancestor> ancestors_;     ///< by number, the chosen signal's left out
    std::uint32_t chosen_ = 0;
    std::vector<bool> kept_;  ///< by number: it ended, and stays
    std::optional<CopiedChunk> chunk_;
};

}  // namespace hal9::runtime
