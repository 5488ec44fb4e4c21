#include "hal9/definition/detail/yaml_reader.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/scalar.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

Place place_of(const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {};
    }
    return {
        .line = static_cast<std::size_t>(mark.line) + 1,
        .column = static_cast<std::size_t>(mark.column) + 1
    };
}

/// Leaves yaml-cpp in the middle of a text whose structure is out of bounds; the fault is reported.
struct Stop {};

/// What an anchor stands for, in the measures that are bounded.
struct Weight {
    std::size_t bytes = 0;       ///< of text, and one a node
    std::size_t expansions = 0;  ///< aliases replaced within it
    std::size_t height = 0;      ///< levels of nesting

    void add(const Weight& part) {
        bytes += part.bytes;
        expansions += part.expansions;
        height = std::max(height, part.height + 1);
    }
};

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const Limits& limits, Faults& faults) : limits_(&limits), faults_(&faults) {}

    [[nodiscard]] TreeNode take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (std::exchange(started_, true)) {
            stop(place_of(mark), "a second document; a file holds one network");
        }
    }

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        TreeNode node;
        node.place = place_of(mark);
        complete(std::move(node), {.bytes = 1}, anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const Place place = place_of(mark);
        if (anchor >= anchors_.size() || !anchors_[anchor].known) {
            stop(place, "an alias inside its own anchor; a value cannot hold itself");
        }
        const Anchor& target = anchors_[anchor];
        const Weight weight{
            .bytes = target.weight.bytes,
            .expansions = target.weight.expansions + 1,
            .height = target.weight.height
        };
        expansions_ += weight.expansions;
        if (expansions_ > limits_->definition_alias_max) {
            stop(
                place,
                str("more than ",
                    limits_->definition_alias_max,
                    " expansions of anchors (definition_alias_max); write out what repeats, or use "
                    "`defaults`")
            );
        }
        charge(weight.bytes, place);
        check_depth(weight.height, place);
        TreeNode node = target.node;
        node.place = place;
        complete(std::move(node), weight, 0);
    }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        TreeNode node;
        node.place = place_of(mark);
        if (tag == "?") {
            read_plain(node, value);
        } else {
            check_tag(tag, node.place);
            node.scalar = json::value(value);
        }
        complete(std::move(node), {.bytes = value.size() + 1}, anchor);
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        open(TreeNode::Kind::list, place_of(mark), tag, anchor);
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        open(TreeNode::Kind::object, place_of(mark), tag, anchor);
    }

    void OnMapEnd() override {
        Open& closing = stack_.back();
        for (auto member = closing.wrong.rbegin(); member != closing.wrong.rend(); ++member) {
            closing.node.members.erase(
                closing.node.members.begin() + static_cast<std::ptrdiff_t>(*member)
            );
        }
        drop_doubled_names(closing.node, *faults_);
        close();
    }

private:
    struct Anchor {
        TreeNode node;
        Weight weight;
        bool known = false;
    };

    struct Open {
        TreeNode node;
        Weight weight;
        YAML::anchor_t anchor = 0;
        bool has_name = false;           ///< the last member waits for its value
        std::vector<std::size_t> wrong;  ///< members whose name was no string: reported, dropped
    };

    [[noreturn]] void stop(Place place, std::string message) {
        faults_->add(place, std::move(message));
        throw Stop{};
    }

    /// What anchors keep and aliases repeat may not exceed what a definition may have.
    void charge(std::size_t bytes, Place place) {
        repeated_ += bytes;
        if (repeated_ > limits_->definition_bytes_max) {
            stop(
                place,
                str("anchors and aliases stand for more than ",
                    format_size(limits_->definition_bytes_max),
                    " (definition_bytes_max); write out what repeats, or use `defaults`")
            );
        }
    }

    void check_depth(std::size_t height, Place place) {
        if (stack_.size() + height > limits_->definition_depth_max) {
            stop(
                place,
                str("nested deeper than ",
                    limits_->definition_depth_max,
                    " levels (definition_depth_max); flatten it")
            );
        }
    }

    void check_tag(const std::string& tag, Place place) {
        if (!tag.empty() && tag != "?" && tag != "!") {
            faults_->add(
                place,
                str("the tag ", quoted(tag), "; allowed: none, quote a value to make it a string")
            );
        }
    }

    void read_plain(TreeNode& node, const std::string& value) {
        auto scalar = read_plain_scalar(value);
        if (scalar) {
            node.scalar = *std::move(scalar);
        } else {
            faults_->add(node.place, scalar.error().message);
        }
    }

    void open(TreeNode::Kind kind, Place place, const std::string& tag, YAML::anchor_t anchor) {
        check_depth(1, place);
        check_tag(tag, place);
        Open open;
        open.node.kind = kind;
        open.node.place = place;
        open.weight.bytes = 1;
        open.anchor = anchor;
        stack_.push_back(std::move(open));
    }

    void close() {
        Open closed = std::move(stack_.back());
        stack_.pop_back();
        closed.weight.height = std::max<std::size_t>(closed.weight.height, 1);
        complete(std::move(closed.node), closed.weight, closed.anchor);
    }

    void complete(TreeNode node, const Weight& weight, YAML::anchor_t anchor) {
        if (anchor != 0) {
            charge(weight.bytes, node.place);
            if (anchors_.size() <= anchor) {
                anchors_.resize(anchor + 1);
            }
            anchors_[anchor] = {.node = node, .weight = weight, .known = true};
        }
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = stack_.back();
        parent.weight.add(weight);
        if (parent.node.is_list()) {
            parent.node.elements.push_back(std::move(node));
        } else if (parent.has_name) {
            parent.node.members.back().node = std::move(node);
            parent.has_name = false;
        } else {
            add_name(parent, node);
        }
    }

    void add_name(Open& parent, const TreeNode& node) {
        TreeNode::Member& member = parent.node.members.emplace_back();
        member.place = node.place;
        parent.has_name = true;
        const json::string* name = node.if_string();
        if (name != nullptr && *name != "<<") {
            member.name = *name;
            return;
        }
        parent.wrong.push_back(parent.node.members.size() - 1);
        if (name != nullptr) {
            faults_->add(
                node.place,
                "`<<` merges nothing in YAML 1.2; write the keys out, or use `defaults`"
            );
            return;
        }
        faults_->add(
            node.place,
            str("a key is a ",
                node.type_name(),
                "; allowed: a string",
                node.kind == TreeNode::Kind::scalar
                    ? str(", for example \"", json::serialize(node.scalar), "\"")
                    : std::string())
        );
    }

    const Limits* limits_;
    Faults* faults_;
    bool started_ = false;
    TreeNode root_;
    std::vector<Open> stack_;
    std::vector<Anchor> anchors_;  ///< by yaml-cpp's number, which counts them in each document
    std::size_t expansions_ = 0;
    std::size_t repeated_ = 0;
};

}  // namespace

std::optional<TreeNode> read_yaml(std::string_view text, const Limits& limits, Faults& faults) {
    TreeBuilder builder(limits, faults);
    try {
        // At the end of its input yaml-cpp takes a quoted text without its second quote for whole,
        // unless something stands behind the last line break: here, a comment.
        std::istringstream stream(str(text, text.ends_with('\n') ? "#" : ""));
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            faults.add({}, "the definition is empty; it begins with `hal9: 1`");
            return std::nullopt;
        }
        TreeNode root = builder.take_root();
        static_cast<void>(parser.HandleNextDocument(builder));
        return root;
    } catch (const Stop&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        faults.add(
            place_of(error.mark),
            str("broken YAML: ",
                error.msg,
                "; check quotes, brackets and indentation here and above")
        );
    } catch (const std::exception& error) {
        faults.add(
            {},
            str("broken YAML: ", error.what(), "; check quotes, brackets and indentation")
        );
    }
    return std::nullopt;
}

}  // namespace hal9::definition::detail
