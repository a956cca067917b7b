using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public sealed class UnixSocketLoanTests() : LoanSuite(DistanceKind.UnixSocket);
