namespace Assay.Serving.Deployment;

/// <summary>One change of endpoints at a time, so that what the database says and what answers can't drift apart.</summary>
internal sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public async Task<IDisposable> Take(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        return new Turn(_one);
    }

    public void Dispose() => _one.Dispose();

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
