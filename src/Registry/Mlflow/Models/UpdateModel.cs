using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Models;

/// <summary>Changes a model's description.</summary>
internal static class UpdateModel
{
    public static void Map(IEndpointRouteBuilder group) => group.MapModelOperation("PATCH", "/registered-models/update", Handle, RegistryPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var description = RegistryNames.Description(call.Fields);
        var model = await call.Get<RegistryBook>().Model(name, call.Cancel);
        (model.Description, model.UpdatedAt) = (description, call.Now);
        call.Get<ILedger>().Append(new ModelDescribed(name));
        await call.Get<AssayDb>().SaveChangesAsync(call.Cancel);
        await GetModel.Answer(call, name);
    }
}
