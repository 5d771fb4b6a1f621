using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Kernel.Homes;
using Assay.Kernel.Outbound;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Microsoft.Extensions.Options;

namespace Assay.Serving.Deployment;

/// <summary>
/// Loads the model of a verified package, whatever kind it is. One that would start a stranger's program is refused
/// unless the newest scan of its files found nothing that blocks, or what it found was waived.
/// </summary>
internal sealed class EndpointLoader(
    IModels models, IClearance clearance, ProjectScope project, TroubleBook troubles, AssayHome home, IOptions<ProcessOptions> processes,
    OutboundHttp outbound)
{
    /// <exception cref="InvalidModelException">It can't be served; the message says why.</exception>
    public async Task<ServedModel> Load(string endpoint, VerifiedPackage package, CancellationToken cancel)
    {
        if (ModelLoader.StartsProgram(package.Content) && await WhyNotStarted(package, cancel) is { } problem)
            throw new InvalidModelException(problem);
        var model = await ModelLoader.Load(package.Content, Surroundings(endpoint), cancel);
        troubles.Watch(model, new(project.Name!, endpoint, package.Model, package.Version, package.Digest, model.Watched));
        return model;
    }

    private ModelSurroundings Surroundings(string endpoint) => Alone() with
    {
        Member = (model, version, cancel) => LoadMember(endpoint, model, version, cancel),
    };

    private ModelSurroundings Alone() => new(processes.Value, Send) { MakeFolder = home.MakeWorkFolder };

    // A member must be one that the endpoint might serve by itself.
    private async Task<ServedModel> LoadMember(string endpoint, string model, string version, CancellationToken cancel)
    {
        try
        {
            var package = await models.Open(model, version, cancel);
            var problem = await clearance.WhyNot(model, package.Version, version, endpoint, cancel)
                ?? (ModelLoader.StartsProgram(package.Content) ? await WhyNotStarted(package, cancel) : null);
            if (problem is not null)
                throw new InvalidModelException($"Its member {model} version {version} may not be served: {problem}");
            return await ModelLoader.Load(package.Content, Alone(), cancel);
        }
        catch (Refusal problem)
        {
            throw new InvalidModelException($"Its member {model} version {version} is not there: {problem.Message}", problem);
        }
    }

    private async Task<string?> WhyNotStarted(VerifiedPackage package, CancellationToken cancel)
    {
        if (!processes.Value.Enabled)
            return null;   // it is refused for that, in better words
        var version = await models.Find(package.Model, $"{package.Version}", cancel);
        if (version?.Version.ScanPassed is null)
            return "its files were never scanned, and a program that nobody has scanned is not started. Scan the version first.";
        return await clearance.WhyQuarantined(package.Model, package.Version, cancel);
    }

    private async Task<ServerAnswer> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            var answer = await outbound.SendWhole(request, ServerAnswer.BodyBytesMax, cancel);
            return new(answer.Status, null, answer.Body);
        }
        catch (OutboundException problem)
        {
            throw new ModelUnavailableException(problem.Message, TimeSpan.FromSeconds(1), problem);
        }
    }
}
