using Microsoft.Extensions.Logging;

namespace Assay.Inference.Protocols.Connections;

/// <summary>
/// What was made of files, made anew when their content changes, so that whoever renews them needs not start the server again.
/// What can't be used is said in the log, and what was made before stays.
/// </summary>
/// <typeparam name="T">What is made.</typeparam>
public sealed class FromFiles<T>
    where T : class
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly Func<byte[]> _read;
    private readonly Func<T> _make;
    private readonly string _what;
    private readonly Lock _lock = new();
    private volatile T _made;
    private byte[] _seen;
    private long _lookedAt = Environment.TickCount64;

    /// <param name="what">What it is, as the beginning of a sentence.</param>
    /// <param name="read">The bytes of the files, to tell whether they changed.</param>
    /// <param name="make">Makes it; an <see cref="IOException"/> of either says what is wrong with the files.</param>
    /// <exception cref="IOException">The files can't be used.</exception>
    public FromFiles(string what, Func<byte[]> read, Func<T> make)
    {
        (_what, _read, _make) = (what, read, make);
        var files = read();
        (_made, _seen) = (make(), files);
    }

    /// <summary>What holds now; the files are looked at every few seconds while somebody asks.</summary>
    public T Current(ILogger log)
    {
        if (Environment.TickCount64 - Volatile.Read(ref _lookedAt) >= Between.TotalMilliseconds)
            LookAgain(log);
        return _made;
    }

    /// <summary>Looks at the files, whenever that was done last.</summary>
    internal void LookAgain(ILogger log)
    {
        if (!_lock.TryEnter())
            return;   // somebody does
        try
        {
            Volatile.Write(ref _lookedAt, Environment.TickCount64);
            // By content: where secrets are mounted, links are exchanged and times say nothing.
            var files = _read();
            if (files.AsSpan().SequenceEqual(_seen))
                return;
            _seen = files;
            _made = _make();
            log.LogWarning("{What} was read again.", _what);
        }
        catch (IOException problem)   // such as a key that is not written yet
        {
            log.LogWarning("{Problem} What was read before stays.", problem.Message);
        }
        finally
        {
            _lock.Exit();
        }
    }
}
