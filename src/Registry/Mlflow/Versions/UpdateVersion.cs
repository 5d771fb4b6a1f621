using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>Changes a version's description.</summary>
internal static class UpdateVersion
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("PATCH", "/model-versions/update", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var number = RegistryNames.Version(call.Fields);
        var description = RegistryNames.Description(call.Fields);
        var version = await call.Get<RegistryBook>().Version(name, number, call.Cancel);
        (version.Description, version.UpdatedAt) = (description, call.Now);
        call.Get<ILedger>().Append(new VersionDescribed(name, number));
        await call.Get<AssayDb>().SaveChangesAsync(call.Cancel);
        await GetVersion.Answer(call, name, number);
    }
}
