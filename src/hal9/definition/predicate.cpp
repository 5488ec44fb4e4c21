#include "hal9/definition/predicate.hpp"

#include "hal9/definition/detail/predicate_tree.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace hal9::definition {
namespace {

using detail::Comparison;
using detail::OpenComparison;
using detail::Placeholders;
using detail::PredicateTree;

using Tree = std::shared_ptr<const PredicateTree>;

Result<Tree>
compile_tree(const json::value& definition, Placeholders placeholders, const Limits& limits) {
    auto read = detail::read_predicate(definition, placeholders, limits);
    if (!read) {
        return fail(ErrorCode::invalid_argument, std::move(read.error().front().message));
    }
    return std::make_shared<const PredicateTree>(*std::move(read));
}

}  // namespace

Result<Predicate> Predicate::compile(const json::value& definition, const Limits& limits) {
    Predicate out;
    HAL9_TRY(out.tree_, compile_tree(definition, Placeholders::none, limits));
    return out;
}

bool Predicate::holds(const json::value& value) const {
    return detail::holds(tree_->root, value, {});
}

Result<When> When::compile(const json::value& definition, const Limits& limits) {
    When out;
    HAL9_TRY(out.tree_, compile_tree(definition, Placeholders::open, limits));
    return out;
}

Result<bool>
When::holds(const json::value& tested, const json::value& payload, const json::value* root) const {
    std::vector<Comparison> filled;
    filled.reserve(tree_->open.size());
    for (const OpenComparison& open : tree_->open) {
        HAL9_TRY(const json::object values, open.settings.resolve(payload, root));
        HAL9_TRY(
            Comparison comparison,
            Comparison::make(open.operation, values.begin()->value(), tree_->limits)
        );
        filled.push_back(std::move(comparison));
    }
    return detail::holds(tree_->root, tested, filled);
}

bool When::needs_root() const {
    return std::ranges::any_of(tree_->open, [](const OpenComparison& open) {
        return open.settings.needs_root();
    });
}

}  // namespace hal9::definition
