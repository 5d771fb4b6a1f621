using System.Runtime.InteropServices;
using Assay.Inference.Models;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>What ONNX Runtime would tell its makers.</summary>
public sealed class RuntimeTelemetryTests
{
    [Fact]
    public void Is_turned_off_where_the_runtime_looks_before_it_computes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.onnx"], OperatorModels.All["add"].Graph);
        using var model = ModelLoader.LoadInProcess(ModelPackage.OfFolder(folder.Path));
        Assert.Equal("1", Seen("ORT_DISABLE_TELEMETRY"));
    }

    // Of the process itself, to which .NET doesn't pass on what is set in its own copy.
    private static string? Seen(string name)
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetEnvironmentVariable(name);
        var look = Marshal.GetDelegateForFunctionPointer<Look>(NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "getenv"));
        return Marshal.PtrToStringUTF8(look(name));
    }

    private delegate nint Look([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
