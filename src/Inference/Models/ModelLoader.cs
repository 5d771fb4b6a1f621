using Assay.Inference.Onnx;

namespace Assay.Inference.Models;

/// <summary>Finds out what kind of model a package holds, and loads it.</summary>
public static class ModelLoader
{
    /// <summary>Loads a package's model and warms it up.</summary>
    /// <exception cref="InvalidModelException">The package holds nothing that can be served; the message says why.</exception>
    public static ServedModel Load(ModelPackage package)
    {
        if (package.Has(PackageFiles.Schema) || package.Has(PackageFiles.Baseline))
            return InferenceModel.Load(package.Read);

        var described = MLmodel.Of(package);
        var graph = described?.OnnxFile ?? PackageFiles.Model;
        if (package.Has(graph))
            return Open(package, graph, described);
        throw described is null
            ? new InvalidModelException($"The package has no {PackageFiles.Model}, and no {PackageFiles.MLmodel} that says how to serve it.")
            : new InvalidModelException($"The package is an MLflow model of the flavours {string.Join(", ", described.Flavours)}, without an ONNX graph.");
    }

    private static TensorModel Open(ModelPackage package, string graph, MLmodel? described)
    {
        var source = new OnnxSource(package, graph, described?.Columns);
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
