using Assay.Inference.Graphs;
using Assay.Inference.Onnx;
using Assay.Inference.Processes;

namespace Assay.Inference.Models;

/// <summary>Finds out what kind of model a package holds, and loads it.</summary>
public static class ModelLoader
{
    /// <summary>Loads a package's model and warms it up, whatever kind it is.</summary>
    /// <exception cref="InvalidModelException">The package holds nothing that can be served here; the message says why.</exception>
    public static async Task<ServedModel> Load(ModelPackage package, ModelSurroundings surroundings, CancellationToken cancel)
    {
        if (package.Has(GraphFile.File))
            return await GraphModel.Load(package.Read(GraphFile.File), surroundings, cancel);
        if (ServeFile.Of(package) is { } how)
        {
            return how.Url is not null
                ? await RemoteModel.Load(how, surroundings, cancel)
                : await ProcessModel.Load(ChildPlan.Make(surroundings, how.Command, package), how, cancel);
        }

        if (!StartsProgram(package))
            return LoadInProcess(package, surroundings);
        var described = MLmodel.Of(package)!;
        return await ProcessModel.Load(
            ChildPlan.Make(surroundings, null, package), new(null, null, ModelProtocol.Invocations, "model", described.Signature), cancel);
    }

    /// <summary>Whether the package's model is a program that would be started here.</summary>
    /// <exception cref="InvalidModelException">What says so can't be read.</exception>
    public static bool StartsProgram(ModelPackage package)
    {
        if (ServeFile.Of(package) is { } how)
            return how.Url is null;
        return !IsTable(package) && MLmodel.Of(package) is { } described
            && described.StartsPython && !package.Has(described.OnnxFile ?? PackageFiles.Model);
    }

    /// <summary>Loads a model that computes in this process, and warms it up.</summary>
    /// <exception cref="InvalidModelException">The package holds none; the message says why.</exception>
    public static ServedModel LoadInProcess(ModelPackage package, ModelSurroundings? surroundings = null)
    {
        if (IsTable(package))
            return InferenceModel.Load(package.Read);

        var described = MLmodel.Of(package);
        var graph = described?.OnnxFile ?? PackageFiles.Model;
        if (package.Has(graph))
            return Open(package, graph, described, surroundings ?? ModelSurroundings.None);
        throw described is null
            ? new InvalidModelException($"The package has no {PackageFiles.Model}, and no {PackageFiles.MLmodel} that says how to serve it.")
            : new InvalidModelException($"The package is an MLflow model of the flavours {string.Join(", ", described.Flavours)}, without an ONNX graph.");
    }

    private static bool IsTable(ModelPackage package) => package.Has(PackageFiles.Schema) || package.Has(PackageFiles.Baseline);

    private static TensorModel Open(ModelPackage package, string graph, MLmodel? described, ModelSurroundings surroundings)
    {
        var source = new OnnxSource(package, graph, described?.Columns, surroundings);
        try
        {
            return TensorModel.Load(source);
        }
        catch (InvalidModelException)   // not ours to handle, but the folder is ours to remove
        {
            source.Dispose();
            throw;
        }
    }
}
