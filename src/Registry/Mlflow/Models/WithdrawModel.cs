using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow.Versions;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>What MLflow calls to delete a model: it and its versions are not seen any more, and are kept as their retention says.</summary>
internal static class WithdrawModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("DELETE", "/registered-models/delete", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var (db, cancel) = (call.Get<AssayDb>(), call.Cancel);
        var model = await call.Get<RegistryBook>().Model(name, cancel);
        foreach (var version in await db.ModelVersions.Where(row => row.Model == name && row.WithdrawnAt == null).ToListAsync(cancel))
            WithdrawVersion.Withdraw(call, version);
        db.ModelAliases.RemoveRange(await db.ModelAliases.Where(alias => alias.Model == name).ToListAsync(cancel));
        db.ModelTags.RemoveRange(await db.ModelTags.Where(tag => tag.Model == name).ToListAsync(cancel));
        (model.WithdrawnAt, model.UpdatedAt, model.Description) = (call.Now, call.Now, null);
        model.Changes++;
        call.Get<ILedger>().Append(new ModelWithdrawn(name));
        await db.SaveChangesAsync(cancel);
        await call.Answer();
    }
}
