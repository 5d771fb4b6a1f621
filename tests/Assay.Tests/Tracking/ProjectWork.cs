using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Tracking;

/// <summary>Uses a module's door as a job of the server does.</summary>
internal static class ProjectWork
{
    public static async Task<TResult> InProject<TDoor, TResult>(this TestServer server, string project, Func<TDoor, Task<TResult>> work)
        where TDoor : notnull
    {
        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        return await work(scope.ServiceProvider.GetRequiredService<TDoor>());
    }
}
