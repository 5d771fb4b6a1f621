using System.Threading.Channels;
using Assay.Governance;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Serving.Deployment;

/// <summary>Writes into the ledger what befalls models that are programs, away from the threads that watch them.</summary>
internal sealed class TroubleBook(IServiceScopeFactory scopes, ILogger<TroubleBook> log) : BackgroundService
{
    private const int WaitingMax = 1000;

    // Restarts are paused longer and longer, so that this never fills; if it did, the oldest says least.
    private readonly Channel<Befallen> _waiting = Channel.CreateBounded<Befallen>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Listens to a model that answers at an endpoint from now on.</summary>
    public void Watch(ServedModel model, ServedEndpoint endpoint)
    {
        model.Troubled += trouble => _waiting.Writer.TryWrite(new(endpoint, trouble));
        model.Noticed += sentence => log.LogWarning("Endpoint {Endpoint} of project {Project}, {Model} {Version}: {Sentence}", endpoint.Name, endpoint.Project, endpoint.Model, endpoint.Version, sentence);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (endpoint, trouble) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            log.LogWarning(
                "Endpoint {Endpoint} of project {Project}: {Problem} Its last words: {LastWords}",
                endpoint.Name, endpoint.Project, trouble.Sentence, trouble.LastWords);
            try
            {
                await Write(endpoint, trouble, stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)   // of the database, for as long as it lasts
            {
                log.LogError(problem, "That could not be written into the ledger.");
            }
        }
    }

    private async Task Write(ServedEndpoint endpoint, ModelTrouble trouble, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(endpoint.Project, ServingActors.Serving);
        scope.ServiceProvider.GetRequiredService<ILedger>().Append(
            new EndpointModelStopped(endpoint.Name, endpoint.Model, endpoint.Version, endpoint.Digest, trouble.Sentence));
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(cancel);
    }

    private sealed record Befallen(ServedEndpoint Endpoint, ModelTrouble Trouble);
}
