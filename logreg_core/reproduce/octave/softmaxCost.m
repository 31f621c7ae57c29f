function [J, grad, hessianTimes] = softmaxCost(theta, X, Y, lambda)
% SOFTMAXCOST  J of softmax regression, its gradient, and its Hessian times a vector.
%   theta  n*K x 1, digit after digit, the bias of each first; no bias is penalised
%   X      m x n, its first column ones
%   Y      m x K, 1 where the example is of the digit, else 0
  m = size(X, 1);
  n = size(X, 2);
  K = size(Y, 2);
  Theta = reshape(theta, n, K);
  Weights = withoutBias(Theta);

  Z = X * Theta;
  Z = Z - max(Z, [], 2);                 % so that no exponential overflows
  logOfSum = log(sum(exp(Z), 2));
  P = exp(Z - logOfSum);

  J = sum(logOfSum - sum(Y .* Z, 2)) / m + lambda / (2 * m) * sum(Weights(:) .^ 2);
  Grad = X' * (P - Y) / m + lambda / m * Weights;
  grad = Grad(:);
  hessianTimes = @(v) curvature(reshape(v, n, K), X, P, lambda);
end

function Hv = curvature(V, X, P, lambda)
  m = size(X, 1);
  D = X * V;
  Product = X' * (P .* (D - sum(P .* D, 2))) / m + lambda / m * withoutBias(V);
  Hv = Product(:);
end

function Weights = withoutBias(Theta)
  Weights = Theta;
  Weights(1, :) = 0;
end
