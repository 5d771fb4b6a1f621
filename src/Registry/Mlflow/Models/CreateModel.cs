using Assay.Governance;
using Assay.Kernel;
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
                throw Taken(name);
            model.WithdrawnAt = null;
        }
        else
        {
            db.Models.Add(model = new() { Name = name, CreatedAt = call.Now });
        }

        model.Description = description;
        model.UpdatedAt = call.Now;
        call.Get<ILedger>().Append(new ModelCreated(name));
        foreach (var (key, value) in tags.GroupBy(tag => tag.Key).Select(same => same.Last()))
            await TagModel.Set(call, name, RegistryNames.TagKey(key), RegistryNames.TagValue(value));
        try
        {
            await db.SaveChangesAsync(call.Cancel);
        }
        catch (DbUpdateException) when (db.Models.AsNoTracking().Any(row => row.Name == name && row.WithdrawnAt == null))   // somebody else was first
        {
            throw Taken(name);
        }

        await GetModel.Answer(call, name);
    }

    public static Kernel.Refusals.Refusal Taken(string name) => MlflowError.Exists($"Registered Model (name={name}) already exists.");
}
