using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow;

/// <summary>Maps operations about one model: the permission must be held on the model that the field <c>name</c> names.</summary>
internal static class ModelOperation
{
    public static void MapModelOperation(
        this IEndpointRouteBuilder routes, string method, string path, Func<MlflowCall, Task> handle, Permission permission) =>
        routes.MapOperationOnAny(
            method,
            path,
            call =>
            {
                call.Get<IAccess>().Demand(permission, RegistryNames.Model(call.Fields));
                return handle(call);
            },
            permission);
}
