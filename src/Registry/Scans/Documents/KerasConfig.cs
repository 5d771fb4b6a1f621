using System.Text.RegularExpressions;

namespace Assay.Registry.Scans.Documents;

/// <summary>
/// Scans the description of a Keras model, which is JSON inside a .keras file or as an attribute in HDF5: it names the
/// modules and classes that loading imports.
/// </summary>
internal static partial class KerasConfig
{
    /// <summary>Where a .keras file has it.</summary>
    public const string Member = "config.json";

    private static readonly HashSet<string> CodeClasses = ["Lambda", "__lambda__", "function", "__bytes__", "TorchModuleWrapper", "TFSMLayer"];

    public static void Scan(Stream content, ScanScope scope)
    {
        var isKeras = false;
        foreach (var (name, text) in JsonPairs.In(content, scope.Budget))
        {
            isKeras |= name == "class_name";
            if (name == "class_name" && CodeClasses.Contains(text))
                scope.Find(ScanRule.KerasLambda, $"the model has a {text}");
            else if (name == "module" && isKeras && !KerasModule().IsMatch(text))
                scope.Find(ScanRule.KerasImport, $"the model imports from {text}");
            else if (name == "module" && KerasUtility().IsMatch(text))
                scope.Find(ScanRule.KerasImport, $"the model uses {text}, which does more than to compute");
            else if (name == "vocabulary" && text.Length > 0)
                scope.Find(ScanRule.KerasPath, $"the model reads its vocabulary from '{text}'");
        }
    }

    [GeneratedRegex(@"^(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras|keras_hub|keras_nlp|keras_cv)(\.[A-Za-z_]\w*)*\z|^builtins\z|^\z")]
    private static partial Regex KerasModule();

    [GeneratedRegex(@"^(keras|tf_keras|tensorflow\.keras)\.(src\.)?(utils|saving|backend|export|datasets|callbacks|tree|trainers|wrappers)(\.|\z)")]
    private static partial Regex KerasUtility();
}
