using Assay.Inference.Models;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Packages;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Registry.Versions;

/// <summary>The body is an ONNX graph, whose weights are in it; it becomes a version once it loads: scanned, signed, deployed like any other.</summary>
internal static class RegisterOnnx
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/onnx", Handle)
        .WithName("RegisterOnnx")
        .WithSummary("Registers an ONNX file as the next version of a model.")
        .Requires(RegistryPermissions.Write, resource: "name")
        .WithMetadata(new DisableRequestSizeLimitAttribute())   // counted below, with a better sentence
        .Accepts<Stream>("application/octet-stream");

    private static async Task<Created<ModelVersionDetail>> Handle(string name, HttpRequest request, IModels models, AssayHome home, CancellationToken cancel)
    {
        var folder = home.MakeWorkFolder("onnx");
        try
        {
            await Receive(request.Body, Path.Combine(folder, PackageFiles.Model), cancel);
            await Load(folder, cancel);
            var made = await models.Register(new NewVersion(name, new Dictionary<string, double>()), folder, cancel);
            return TypedResults.Created($"/api/v1/models/{Uri.EscapeDataString(name)}/versions/{made.Version.Version}", made);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Receive(Stream body, string path, CancellationToken cancel)
    {
        await using var file = File.Create(path);
        var buffer = new byte[1 << 16];
        for (var read = await body.ReadAsync(buffer, cancel); read > 0; read = await body.ReadAsync(buffer, cancel))
        {
            if (file.Length + read > PackageWriter.FileBytesMax)
                throw Refusal.Invalid("file", "The file is larger than 1 GiB. Log it with its weights in files of their own, and register the run's model.");
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    // A graph computes and does nothing else, so that it may be tried here.
    private static async Task Load(string folder, CancellationToken cancel)
    {
        try
        {
            using var model = await ModelLoader.Load(ModelPackage.OfFolder(folder), ModelSurroundings.None, cancel);
        }
        catch (InvalidModelException problem)
        {
            throw Refusal.Invalid("file", $"It is no ONNX graph that can be served: {problem.Message}");
        }
    }
}
