using System.Collections.Frozen;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Webhooks;

/// <summary>The events that MLflow's webhooks tell: an entity and what happened to it, in lower case with a full stop between them.</summary>
internal static class EventNames
{
    public const string ModelCreated = "registered_model.created";
    public const string VersionCreated = "model_version.created";
    public const string VersionTagSet = "model_version_tag.set";
    public const string VersionTagDeleted = "model_version_tag.deleted";
    public const string AliasCreated = "model_version_alias.created";
    public const string AliasDeleted = "model_version_alias.deleted";
    public const string PromptCreated = "prompt.created";
    public const string PromptVersionCreated = "prompt_version.created";
    public const string PromptTagSet = "prompt_tag.set";
    public const string PromptTagDeleted = "prompt_tag.deleted";
    public const string PromptVersionTagSet = "prompt_version_tag.set";
    public const string PromptVersionTagDeleted = "prompt_version_tag.deleted";
    public const string PromptAliasCreated = "prompt_alias.created";
    public const string PromptAliasDeleted = "prompt_alias.deleted";

    /// <summary>All of them. Those about budgets are of a gateway, which is not here.</summary>
    public static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.Ordinal,
        ModelCreated, VersionCreated, VersionTagSet, VersionTagDeleted, AliasCreated, AliasDeleted, PromptCreated, PromptVersionCreated,
        PromptTagSet, PromptTagDeleted, PromptVersionTagSet, PromptVersionTagDeleted, PromptAliasCreated, PromptAliasDeleted);

    /// <summary>The name of what a request says in upper case.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: there is no such event.</exception>
    public static string Of(string? entity, string? action, string field)
    {
        if (string.IsNullOrEmpty(entity) || string.IsNullOrEmpty(action))
            throw MlflowError.Invalid($"Invalid value for parameter '{field}': an event has an entity and an action.");
        var name = $"{entity.ToLowerInvariant()}.{action.ToLowerInvariant()}";
        return All.Contains(name)
            ? name
            : throw MlflowError.Invalid($"Invalid action '{action}' for entity '{entity}': the events are {string.Join(", ", All.Order(StringComparer.Ordinal))}.");
    }
}
