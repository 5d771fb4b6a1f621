using Assay.Kernel.Refusals;
using Assay.Registry.Gates;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Moves a version to a stage: into Staging and Production through their gates, out of them freely.</summary>
internal static class TransitionStage
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("POST", "/model-versions/transition-stage", Handle, RegistryPermissions.Promote);

    private static async Task Handle(MlflowCall call)
    {
        var (name, number) = (RegistryNames.Model(call.Fields), RegistryNames.Version(call.Fields));
        var stage = RegistryNames.StageOf(call.Fields.RequiredText("stage"));
        var archive = call.Fields.Flag("archive_existing_versions") ?? false;
        var isActive = stage is Stage.Staging or Stage.Production;
        if (archive && !isActive)
        {
            throw MlflowError.Invalid(
                $"Model version transition cannot archive existing model versions because '{stage}' is not an Active stage. Valid stages are Staging, Production.");
        }

        var view = call.Get<RegistryBook>();
        var version = await view.Version(name, number, call.Cancel);
        if (isActive)
            await Enter(call, version, stage, archive);
        else
            await call.Get<Promotion>().Leave(version, stage, call.Cancel);
        await GetVersion.Answer(call, name, number);
    }

    /// <summary>Takes the version through the gate of the stage.</summary>
    /// <exception cref="Refusal">403: the gate did not let it in; the message says which rules failed, and where approvals are asked for.</exception>
    public static async Task Enter(MlflowCall call, ModelVersion version, string stage, bool archiveFormer)
    {
        var verdict = await call.Get<Promotion>().Judge(version, stage, requireBetter: false, call.Cancel, archiveFormer);
        if (verdict.Passed)
            return;
        var failed = string.Join("; ", verdict.Rules.Where(rule => !rule.Passed).Select(rule => $"{rule.Name}: {rule.Value}, bound {rule.Bound}"));
        var where = verdict.RequestAt is { } page ? $" Ask for the approvals at {call.Http.Request.Scheme}://{call.Http.Request.Host}{page}" : "";
        throw Refusal.Foreign(
            StatusCodes.Status403Forbidden, "PERMISSION_DENIED", $"{version.Model} version {version.Version} did not pass the gate of {stage} ({failed}).{where}");
    }
}
