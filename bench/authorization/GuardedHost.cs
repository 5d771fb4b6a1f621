using System.Net.Http.Headers;
using System.Security.Claims;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.AuthorizationBench;

/// <summary>Assay's real authentication and authorization, on a real database, before two routes that do nothing.</summary>
internal sealed class GuardedHost : IAsyncDisposable
{
    /// <summary>A route that wants a known caller and no more.</summary>
    public const string Plain = "/plain/models/churn";

    /// <summary>The same with a permission on one resource.</summary>
    public const string Guarded = "/guarded/models/churn";

    private static readonly Permission Read = new("models.read");
    private readonly WebApplication _app;
    private readonly string _root;
    private readonly HttpClient _client;
    private readonly ClaimsPrincipal _caller;

    private GuardedHost(WebApplication app, string root, HttpClient client, ClaimsPrincipal caller) =>
        (_app, _root, _client, _caller) = (app, root, client, caller);

    public static async Task<GuardedHost> Start(Shape shape)
    {
        var root = Directory.CreateTempSubdirectory("assay-bench-").FullName;
        var home = new AssayHome(root);
        var app = Compose(home);
        await Database.Migrate(app.Services, home, CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<FirstStart>().Run(CancellationToken.None);
        var admin = app.Services.GetRequiredService<IDirectory>().ByName("admin")!;
        await Fill(scope.ServiceProvider.GetRequiredService<AssayDb>(), shape, admin.Id);
        await app.Services.GetRequiredService<AccessState>().Reload(CancellationToken.None);

        await app.StartAsync();
        var secret = (await File.ReadAllTextAsync(home.AdminTokenFile)).Trim();
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var caller = await app.Services.GetRequiredService<Tokens>().ByToken(secret, CancellationToken.None);
        return new(app, root, client, caller!);
    }

    /// <summary>The decision alone, as the middleware asks for it.</summary>
    public void Decide()
    {
        if (!_app.Services.GetRequiredService<AccessState>().Current.Allows(_caller, Read, new("default", "models", "churn")))
            throw new InvalidOperationException("The caller must be let through.");
    }

    public async Task Ask(string path)
    {
        using var answer = await _client.GetAsync(path);
        answer.EnsureSuccessStatusCode();
    }

    private static WebApplication Compose(AssayHome home)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddDatabase(home, null);
        builder.Services.AddKernel(home).AddBlobs().AddKeys().AddGovernance(home, builder.Configuration);
        foreach (var tables in DesignTime.Tables())
            builder.Services.AddSingleton(tables);
        var app = builder.Build();
        app.UseGovernanceBeforeRouting();
        app.UseRouting();
        app.UseGovernance();
        app.MapGet("/plain/models/{name}", () => Results.NoContent()).RequireAuthorization();
        app.MapGet("/guarded/models/{name}", () => Results.NoContent()).Requires(Read, resource: "name");
        return app;
    }

    // Written past the ledger: what is measured is the reading.
    private static async Task Fill(AssayDb db, Shape shape, string caller)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        for (var number = 0; number < shape.Groups; number++)
        {
            var group = GroupOf(number);
            await db.Database.ExecuteSqlAsync($"INSERT INTO governance_groups (id, name, created_at) VALUES ({group}, {group}, 0)");
            if (number % (shape.Groups / Shape.Memberships) == 0)
                await db.Database.ExecuteSqlAsync($"INSERT INTO governance_group_members (group_id, principal_id) VALUES ({group}, {caller})");
        }

        for (var number = 0; number < shape.Bindings; number++)
        {
            var principal = shape.Groups == 0 ? caller : GroupOf(number % shape.Groups);
            var (id, resource) = ($"bench{number}", $"model-{number}");
            var project = number % 3 == 0 ? "default" : $"project-{number % 50}";
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO governance_bindings (id, principal_id, role, effect, project, resource_kind, resource_name, created_at) VALUES ({id}, {principal}, {Role.MlEngineer}, {nameof(BindingEffect.Allow)}, {project}, {"models"}, {resource}, 0)");
        }

        await transaction.CommitAsync();
    }

    private static string GroupOf(int number) => AccountId.Group + number.ToString("x12");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }
}
