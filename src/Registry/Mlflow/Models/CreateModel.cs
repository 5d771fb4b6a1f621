using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Models;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>Makes a model without versions. One that was withdrawn comes back under its name, and its numbers go on.</summary>
internal static class CreateModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("POST", "/registered-models/create", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var description = RegistryNames.Description(call.Fields);
        var tags = call.Fields.Pairs("tags");
        var db = call.Get<AssayDb>();
        if (await db.Models.SingleOrDefaultAsync(row => row.Name == name, call.Cancel) is { } model)
        {
            if (model.WithdrawnAt is null)
                throw Taken(name, await IsPrompt(db, name, call.Cancel), tags.Any(IsPromptTag));
            (model.WithdrawnAt, model.CreatedAt) = (null, call.Now);
        }
        else
        {
            db.Models.Add(model = new() { Name = name, CreatedAt = call.Now });
        }

        model.Description = description;
        model.UpdatedAt = call.Now;
        call.Get<ILedger>().Append(new ModelCreated(name));
        foreach (var (key, value) in tags.GroupBy(tag => tag.Key).Select(same => same.Last()))
            await TagModel.Set(call, name, RegistryNames.TagKey(key), RegistryNames.TagValue(key, value));
        try
        {
            await db.SaveChangesAsync(call.Cancel);
        }
        catch (DbUpdateException) when (db.Models.AsNoTracking().Any(row => row.Name == name && row.WithdrawnAt == null))   // somebody else was first
        {
            throw Taken(name, await IsPrompt(db, name, call.Cancel), tags.Any(IsPromptTag));
        }

        await GetModel.Answer(call, name);
    }

    /// <summary>The refusal of a name that a model, or a prompt, has already.</summary>
    public static Kernel.Refusals.Refusal Taken(string name, bool byPrompt = false, bool forPrompt = false) => MlflowError.Exists((byPrompt, forPrompt) switch
    {
        (true, true) => $"Prompt (name={name}) already exists.",
        (true, false) => $"Tried to create a registered model with name '{name}', but the name is already taken by a prompt. MLflow does not allow registered models and prompts to share names.",
        (false, true) => $"Tried to create a prompt with name '{name}', but the name is already taken by a registered model. MLflow does not allow registered models and prompts to share names.",
        _ => $"Registered Model (name={name}) already exists.",
    });

    public static Task<bool> IsPrompt(AssayDb db, string name, CancellationToken cancel) =>
        db.ModelTags.AnyAsync(tag => tag.Model == name && tag.Key == RegistrySearch.PromptTag && tag.Value == "true", cancel);

    private static bool IsPromptTag(KeyValuePair<string, string> tag) => tag is { Key: RegistrySearch.PromptTag, Value: "true" };
}
