using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>
/// Gives a model another name while it has no version. Signatures, statements and approvals name the model that they are
/// about, so one with versions keeps its name.
/// </summary>
internal static class RenameModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("POST", "/registered-models/rename", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var newName = RegistryNames.Model(call.Fields, "new_name");
        call.Get<IAccess>().Demand(RegistryPermissions.Write, newName);
        var (db, cancel) = (call.Get<AssayDb>(), call.Cancel);
        var model = await call.Get<RegistryBook>().Model(name, cancel);
        if (await db.Models.AnyAsync(row => row.Name == newName, cancel))
            throw CreateModel.Taken(newName);
        if (model.LatestVersion > 0)
        {
            throw MlflowError.Invalid(
                $"'{name}' has versions whose signatures name it, so it keeps its name. Create '{newName}' and register the versions there, or copy them with copy_model_version.");
        }

        var renamed = new RegisteredModel { Name = newName, CreatedAt = model.CreatedAt, UpdatedAt = call.Now, Description = model.Description };
        db.Models.Add(renamed);
        db.Models.Remove(model);
        foreach (var tag in await db.ModelTags.Where(tag => tag.Model == name).ToListAsync(cancel))
        {
            db.ModelTags.Add(new() { Model = newName, Key = tag.Key, Value = tag.Value });
            db.ModelTags.Remove(tag);
        }

        call.Get<ILedger>().Append(new ModelRenamed(newName, name));
        await db.SaveChangesAsync(cancel);
        await GetModel.Answer(call, newName);
    }
}
