using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>What MLflow calls to delete a version: it is not seen any more, and is kept as its retention says. Its number stays taken.</summary>
internal static class WithdrawVersion
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("DELETE", "/model-versions/delete", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (name, number) = (RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var (db, view) = (call.Get<AssayDb>(), call.Get<RegistryBook>());
        var model = await view.Model(name, call.Cancel);
        Withdraw(call, await view.Version(name, number, call.Cancel));
        db.ModelAliases.RemoveRange(await db.ModelAliases.Where(alias => alias.Model == name && alias.Version == number).ToListAsync(call.Cancel));
        model.UpdatedAt = call.Now;
        model.Changes++;
        await db.SaveChangesAsync(call.Cancel);
        await call.Answer();
    }

    /// <summary>Adds the change to those that the caller saves.</summary>
    public static void Withdraw(MlflowCall call, ModelVersion version)
    {
        if (version.Stage is Stage.Staging or Stage.Production)
            throw MlflowError.Invalid($"{version.Model} version {version.Version} is in {version.Stage}. Move it to Archived first, with transition-stage.");
        (version.WithdrawnAt, version.UpdatedAt) = (call.Now, call.Now);
        call.Get<ILedger>().Append(new VersionWithdrawn(version.Model, version.Version, version.Digest));
    }
}
