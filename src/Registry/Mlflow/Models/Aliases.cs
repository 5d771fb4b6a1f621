using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Gates;
using Assay.Registry.Mlflow.Versions;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>
/// Names that lead to a version. Those of the stages lead where the gates let them: to set one is to ask for the stage, and
/// it can't be taken away from under a version that is in the stage.
/// </summary>
internal static class Aliases
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapModelOperation("POST", "/registered-models/alias", Set, RegistryPermissions.Write);
        group.MapModelOperation("DELETE", "/registered-models/alias", Delete, RegistryPermissions.Write);
        group.MapModelOperation("GET", "/registered-models/alias", Get, RegistryPermissions.Read);
    }

    private static async Task Set(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var alias = RegistryNames.Alias(call.Fields);
        var number = RegistryNames.Version(call.Fields);
        var (db, view) = (call.Get<AssayDb>(), call.Get<RegistryBook>());
        var model = await view.Model(name, call.Cancel);
        var version = await view.Version(name, number, call.Cancel);
        if (Stage.Find(alias) is Stage.Staging or Stage.Production)
        {
            call.Get<IAccess>().Demand(RegistryPermissions.Promote, name);
            await TransitionStage.Enter(call, version, Stage.Find(alias)!, archiveFormer: true);
            await call.Answer();
            return;
        }

        var existing = await db.ModelAliases.SingleOrDefaultAsync(row => row.Model == name && row.Alias == alias, call.Cancel);
        var former = existing?.Version;
        if (existing is not null)
            existing.Version = number;
        else
            db.ModelAliases.Add(new() { Model = name, Alias = alias, Version = number });
        if (former != number)
        {
            model.Changes++;
            call.Get<ILedger>().Append(new AliasMoved(name, alias, number, former));
            await db.SaveChangesAsync(call.Cancel);
        }

        await call.Answer();
    }

    private static async Task Delete(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var alias = RegistryNames.Alias(call.Fields);
        var model = await call.Get<RegistryBook>().Model(name, call.Cancel);
        if (ModelAlias.OfStages.Contains(alias.ToLowerInvariant()))
        {
            await LeaveStage(call, name, alias);
            return;
        }

        var db = call.Get<AssayDb>();
        if (await db.ModelAliases.SingleOrDefaultAsync(row => row.Model == name && row.Alias == alias, call.Cancel) is { } existing)
        {
            db.Remove(existing);
            model.Changes++;
            call.Get<ILedger>().Append(new AliasMoved(name, alias, null, existing.Version));
            await db.SaveChangesAsync(call.Cancel);
        }

        await call.Answer();
    }

    // A prompt has no stages for its author, who takes away what is an alias to them. A model leaves its stage by name.
    private static async Task LeaveStage(MlflowCall call, string name, string alias)
    {
        if (!await CreateModel.IsPrompt(call.Get<AssayDb>(), name, call.Cancel))
            throw MlflowError.Invalid($"'{alias}' goes with the stage of that name: move the version to another stage with transition-stage.");
        call.Get<IAccess>().Demand(RegistryPermissions.Promote, name);
        if (await call.Get<VersionBook>().Find(name, alias, call.Cancel) is { } version)
            await call.Get<Promotion>().Leave(version, Stage.None, call.Cancel);
        await call.Answer();
    }

    private static Task Get(MlflowCall call)
    {
        var (project, name, alias) = (call.Project, RegistryNames.Model(call.Fields), call.Fields.RequiredText("alias"));
        return GetVersion.Answer(call, call.Get<Sessions>().Read(session => RegistryReader.Version(session, project, name, alias)));
    }
}
