#include "hal9/definition/detail/kind_checks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/schema_check.hpp"

#include <utility>

namespace hal9::definition::detail {

void KindChecks::compile_settings(ReadNeuron& read) {
    const std::string neuron = what_of_neuron(read.neuron.name);
    const std::string what = str("settings of ", neuron);
    TreeNode none;
    none.kind = TreeNode::Kind::object;
    none.place = read.source->place;
    const TreeNode& settings = read.settings == nullptr ? none : *read.settings;
    if (!settings.is_object()) {
        faults_->add(
            settings.place,
            str(what, " are a ", settings.type_name(), "; allowed: an object")
        );
        return;
    }
    const std::size_t faults_before = faults_->size();
    check_templates(settings, neuron);
    if (faults_->full()) {
        return;
    }
    if (read.kind != nullptr) {
        if (const KindSchema* schema = schema_of(*read.kind, read.source->place)) {
            const SchemaUse use{
                .schema = &schema->schema,
                .validator = &schema->validator,
                .templates = true,
                .root = what,
                .member = "setting",
                .of = str(" of ", neuron),
            };
            check_against(use, settings, *limits_, *faults_);
        }
    }
    if (faults_->size() != faults_before) {
        return;
    }
    auto compiled = Settings::compile(to_json(settings).as_object());
    if (compiled) {
        read.neuron.settings = *std::move(compiled);
    } else {
        faults_->add(settings.place, str(what, ": ", compiled.error().message));
    }
}

/// Each `${` at the place of its string.
void KindChecks::check_templates(
    const TreeNode& node,
    const std::string& what
) {  // NOLINT(misc-no-recursion)
    if (const json::string* text = node.if_string()) {
        if (const auto checked = Settings::check(*text); !checked) {
            faults_->add(node.place, str("settings of ", what, ": ", checked.error().message));
        } else if (Settings::compile({{"text", *text}})->needs_root()) {
            faults_->add(
                node.place,
                str("settings of ", what, ": ${run:…} is not in this version; hand the value down")
            );
        }
    }
    for (const TreeNode& element : node.elements) {
        check_templates(element, what);
    }
    for (const TreeNode::Member& member : node.members) {
        if (Settings::has_template(member.name)) {
            faults_->add(
                member.place,
                str("settings of ", what, ": names take no ${}; write it in the value")
            );
        }
        check_templates(member.node, what);
    }
}

const KindChecks::KindSchema* KindChecks::schema_of(const KindDescription& kind, Place place) {
    const auto [known, is_new] = schemas_.try_emplace(kind.name, nullptr);
    if (!is_new) {
        return known->second.get();
    }
    auto schema = parse_json(kind.settings_schema);
    auto validator = schema ? SchemaValidator::compile(*schema)
                            : Result<SchemaValidator>(std::unexpected(schema.error()));
    if (!validator) {
        faults_->add(
            place,
            str("the kind ",
                kind.name,
                " has a broken settings schema, a bug of HAL9: ",
                validator.error().message)
        );
        return nullptr;
    }
    known->second = std::make_unique<const KindSchema>(
        KindSchema{.schema = *std::move(schema), .validator = *std::move(validator)}
    );
    return known->second.get();
}

}  // namespace hal9::definition::detail
