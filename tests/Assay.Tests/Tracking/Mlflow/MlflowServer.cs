namespace Assay.Tests.Tracking.Mlflow;

/// <summary>One server for the tests of a class, each of which works with experiments of its own.</summary>
public sealed class MlflowServer : IAsyncLifetime
{
    private TestServer? _server;

    public TestServer Server => _server!;

    /// <summary>Calls as the administrator.</summary>
    internal MlflowClient Client => new(Server.Admin);

    public async ValueTask InitializeAsync() => _server = await TestServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
