using System.Net;
using System.Net.Sockets;
using System.Text;
using Assay.Inference.Models;

namespace Assay.Inference.Processes;

/// <summary>How a model's program is started: its words, its folder, and where it will listen.</summary>
internal sealed class ChildPlan : IDisposable
{
    private const string Model = "{model}";
    private const string Port = "{port}";
    private const string Socket = "{socket}";
    private const int SocketBytesMax = 107;   // 108 with the zero behind it, as Linux keeps a socket's address
    private readonly IReadOnlyList<string> _template;
    private string? _sockets;

    private ChildPlan(ModelSurroundings surroundings, IReadOnlyList<string> template, ModelPackage package)
    {
        (Options, _template) = (surroundings.Processes, template);
        Folder = surroundings.MakeFolder("model");
        Files = Path.Combine(Folder, "model");
        try
        {
            Directory.CreateDirectory(Files);
            Directory.CreateDirectory(Path.Combine(Folder, "tmp"));
            package.WriteTo(Files, "", _ => true);
        }
        catch
        {
            Dispose();   // half a package on a full disk would keep it full
            throw;
        }
    }

    public ProcessOptions Options { get; }

    /// <summary>Home of the program, with its files and its temporary ones.</summary>
    public string Folder { get; }

    /// <summary>Where the package's files are: the program's working folder.</summary>
    public string Files { get; }

    /// <exception cref="InvalidModelException">It may not be started, or nobody says how.</exception>
    public static ChildPlan Make(ModelSurroundings surroundings, IReadOnlyList<string>? own, ModelPackage package)
    {
        var options = surroundings.Processes;
        if (!options.Enabled)
            throw new InvalidModelException("The model is a program of its own, and this server starts none. Whoever runs it can allow that with ModelProcesses:Enabled ('assay serve': --run PROGRAM).");
        if (own is not null && !options.AllowedPrograms.Contains(own[0], StringComparer.Ordinal))
            throw new InvalidModelException($"The package is started by '{own[0]}', which is not among ModelProcesses:AllowedPrograms of this server ('assay serve': --run {own[0]}).");
        var template = own ?? (options.Command.Count > 0
            ? options.Command
            : throw new InvalidModelException($"The package doesn't say how its model is started. Give it a {PackageFiles.Serve} with a command, or set ModelProcesses:Command ('assay serve': --run mlflow)."));
        if (!template.Any(word => word.Contains(Port, StringComparison.Ordinal) || word.Contains(Socket, StringComparison.Ordinal)))
            throw new InvalidModelException($"The command that starts the model has neither {Port} nor {Socket}, so that nobody could ask it.");
        return new(surroundings, template, package);
    }

    /// <summary>Words and address of the next start; a new port or socket each time.</summary>
    public (IReadOnlyList<string> Words, ChildAddress Address) Next()
    {
        var address = _template.Any(word => word.Contains(Socket, StringComparison.Ordinal))
            ? new ChildAddress(0, FreeSocket())
            : new ChildAddress(FreePort(), null);
        return ([.. _template.Select(word => word
            .Replace(Model, Files, StringComparison.Ordinal)
            .Replace(Port, $"{address.Port}", StringComparison.Ordinal)
            .Replace(Socket, address.Socket, StringComparison.Ordinal))], address);
    }

    // Beside the program's files; where their path is too long for a socket's, in a folder of its own among the temporary ones.
    private string FreeSocket()
    {
        var name = $"{Guid.CreateVersion7():N}"[..20] + ".sock";
        var path = Path.Combine(Folder, name);
        return Encoding.UTF8.GetByteCount(path) <= SocketBytesMax
            ? path
            : Path.Combine(_sockets ??= Directory.CreateTempSubdirectory("assay-socket-").FullName, name);   // mode 0700
    }

    // It may be taken before the program takes it: then the program ends, and is started again with another.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        Delete(Folder);
        if (_sockets is not null)
            Delete(_sockets);
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A program that is just being stopped may write once more; its folder is cleared with the host's temporary ones.
        }
    }
}

/// <summary>Where a program listens: a port of this machine, or a Unix socket.</summary>
internal sealed record ChildAddress(int Port, string? Socket);
